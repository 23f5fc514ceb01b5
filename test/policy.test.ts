import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ANONYMOUS, type Caller } from '../src/caller.ts';
import { checkPolicies } from '../src/policy/check.ts';
import { createDecider } from '../src/policy/decide.ts';
import { type Action, loadPolicy, type Policy, type Resource, type Scope } from '../src/policy.ts';
import { createLog } from '../src/telemetry.ts';
import { caller, complaintsOf, ISSUER, policyOf, watched } from './support/policy.ts';

const GUID = '3333abcd-3333-3333-3333-333333333333';
const OTHER = '4444abcd-4444-4444-4444-444444444444';
const ALL = '@id("all") permit(principal, action, resource);';
const ada = caller('ada', { roles: ['Estate.Reader'] });
const billing = caller('billing', { roles: ['Secret.Reader'] });
const rootKey: Resource = { type: 'Secret', vault: 'contoso-vault', name: 'root-key' };
const billingKey: Resource = { type: 'Secret', vault: 'contoso-vault', name: 'billing-key' };
const group: Resource = { type: 'ResourceGroup', subscriptionId: GUID, name: 'rg-web' };

describe('a decision', () => {
  it('is a denial where no policy grants it', async (t) => {
    const { policy } = await policyOf(t, '');
    const because = 'No policy grants this caller readEstate on this resource group.';
    assert.deepEqual(policy.decide(ada, 'readEstate', group), { allowed: false, because, policies: [] });
  });

  it('names each policy that grants it, sorted', async (t) => {
    const ids = ['e', 'b', 'd', 'a', 'c'];
    const { policy } = await policyOf(t, ids.map((id) => ALL.replace('all', id)).join('\n'));
    const because = 'Policies "a", "b", "c", "d", "e" grant readEstate on this resource group.';
    const policies = ['a', 'b', 'c', 'd', 'e'];
    assert.deepEqual(policy.decide(ada, 'readEstate', group), { allowed: true, because, policies });
  });

  it('names the policy that forbids it, whatever grants it', async (t) => {
    const { policy } = await policyOf(
      t,
      `${ALL} @id("no") forbid(principal, action, resource in Vault::"contoso-vault");`,
    );
    const because = 'Policy "no" forbids readSecretValue on this secret.';
    assert.deepEqual(policy.decide(ada, 'readSecretValue', rootKey), { allowed: false, because, policies: ['no'] });
  });

  it('is a denial where the action is none for the resource', async (t) => {
    const { policy } = await policyOf(t, ALL);
    const because = 'readSecretValue does not apply to this resource group.';
    assert.deepEqual(policy.decide(ada, 'readSecretValue', group), { allowed: false, because, policies: [] });
  });

  it('is a denial where a forbid cannot be evaluated, which Cedar skips', async (t) => {
    const { policy, events } = await policyOf(
      t,
      `${ALL} @id("broken") forbid(principal, action == Action::"readSecretValue", resource) when { Vault::"other".name == "x" };`,
    );
    const because = 'Policy "broken" could not be evaluated, so readSecretValue on this secret is denied.';
    assert.deepEqual(policy.decide(ada, 'readSecretValue', rootKey), { allowed: false, because, policies: ['broken'] });
    const version = policy.version();
    assert.deepEqual(events().slice(1), [
      { level: 'error', event: 'policy-not-evaluated', version, policies: ['broken'] },
    ]);
  });

  it('is a denial where a permit cannot be evaluated, though another grants it', async (t) => {
    const { policy } = await policyOf(
      t,
      `${ALL} @id("broken") permit(principal, action, resource) when { Vault::"other".name == "x" };`,
    );
    assert.deepEqual(policy.decide(ada, 'readEstate', group).policies, ['broken']);
  });

  it('is a denial where Cedar cannot be asked', async (t) => {
    const { policy, events } = await policyOf(t, ALL);
    const broken = Object.assign(caller('x'), { kind: undefined });
    const because = 'Cedar could not be asked for readEstate on this resource group.';
    assert.deepEqual(policy.decide(broken, 'readEstate', group), { allowed: false, because, policies: [] });
    assert.deepEqual(events().at(-1), {
      ...{ level: 'error', event: 'policy-not-evaluated', version: policy.version(), policies: [] },
    });
  });

  it('knows no letter case of a secret', async (t) => {
    const { policy } = await policyOf(
      t,
      `${ALL} @id("no-root") forbid(principal, action, resource in Vault::"contoso-vault") when { resource.name like "root-*" };`,
    );
    const shouted: Resource = { type: 'Secret', vault: 'Contoso-VAULT', name: 'Root-Key' };
    assert.deepEqual(policy.decide(ada, 'readSecretValue', shouted), policy.decide(ada, 'readSecretValue', rootKey));
    assert.deepEqual(policy.decide(ada, 'readSecretValue', shouted).policies, ['no-root']);
  });

  for (const [what, id, resource] of [
    ['a secret', 'Secret::"contoso-vault/root-key"', { type: 'Secret', vault: 'Contoso-Vault', name: 'Root-Key' }],
    ['a vault', 'Vault::"contoso-vault"', { type: 'Vault', name: 'Contoso-Vault' }],
    [
      'a group',
      `ResourceGroup::"${GUID}/rg-web"`,
      { type: 'ResourceGroup', subscriptionId: GUID.toUpperCase(), name: 'RG-Web' },
    ],
    ['a subscription', `Subscription::"${GUID}"`, { type: 'Subscription', subscriptionId: GUID.toUpperCase() }],
    ['a secret in its vault', 'Vault::"v"', { type: 'Secret', vault: 'V', name: 'N' }],
    [
      'a group in its subscription',
      `Subscription::"${GUID}"`,
      { type: 'ResourceGroup', subscriptionId: GUID.toUpperCase(), name: 'N' },
    ],
  ] as const satisfies [string, string, Resource][]) {
    it(`finds ${what} by the id ${id}`, async (t) => {
      const { policy } = await policyOf(
        t,
        `@id("it") permit(principal, action == Action::"explain", resource in ${id});`,
      );
      assert.equal(policy.decide(ada, 'explain', resource).allowed, true);
    });
  }

  for (const [what, principal, grants] of [
    ['its role', 'principal in Role::"Estate.Reader"', true],
    ['its role in another letter case', 'principal in Role::"estate.reader"', false],
    ['its group', 'principal in Group::"Staff"', true],
    ['its issuer', `principal in Issuer::"${ISSUER}"`, true],
    ['its id', `principal == Caller::"${ISSUER}|ada"`, true],
    ['the id of another', `principal == Caller::"${ISSUER}|Ada"`, false],
  ] as const) {
    it(`${grants ? 'finds' : 'does not find'} a caller by ${what}`, async (t) => {
      const { policy } = await policyOf(t, `@id("it") permit(${principal}, action == Action::"readEstate", resource);`);
      const member = caller('ada', { roles: ['Estate.Reader'], groups: ['Staff'] });
      assert.equal(policy.decide(member, 'readEstate', group).allowed, grants);
    });
  }

  it('finds anonymous by its id, and in no issuer', async (t) => {
    const { policy } = await policyOf(
      t,
      `@id("id") permit(principal == Caller::"anonymous", action == Action::"readEstate", resource);
       @id("issuer") permit(principal in Issuer::"", action == Action::"readEstate", resource);`,
    );
    assert.deepEqual(policy.decide(ANONYMOUS, 'readEstate', group).policies, ['id']);
  });

  it('keeps the actions apart', async (t) => {
    const { policy } = await policyOf(t, '@id("it") permit(principal, action == Action::"readSecretValue", resource);');
    const allowed = ['readSecretProperties', 'readSecretValue', 'explain'].map(
      (action) => policy.decide(ada, action as Action, rootKey).allowed,
    );
    assert.deepEqual(allowed, [false, true, false]);
  });

  it('keeps callers apart who differ in a role alone', async (t) => {
    const { policy } = await policyOf(t, '@id("it") permit(principal in Role::"A", action, resource);');
    const allowed = [['A'], ['B'], ['A']].map(
      (roles) => policy.decide(caller('x', { roles }), 'readEstate', group).allowed,
    );
    assert.deepEqual(allowed, [true, false, true]);
  });

  it('finds a group among hundreds that no policy names', async (t) => {
    const { policy } = await policyOf(
      t,
      '@id("it") permit(principal, action, resource) when { principal in Group::"150" };',
    );
    const groups = Array.from({ length: 200 }, (_, nth) => `${nth}`);
    const allowed = [groups, groups.slice(0, 150)].map(
      (some) => policy.decide(caller('x', { groups: some }), 'readEstate', group).allowed,
    );
    assert.deepEqual(allowed, [true, false]);
  });

  it('is remembered, for equal callers', async (t) => {
    const { policy } = await policyOf(t, ALL);
    const first = policy.decide(caller('ada'), 'readEstate', group);
    assert.equal(policy.decide(caller('ada'), 'readEstate', { ...group, name: 'RG-WEB' }), first);
  });

  it('is remembered within bounds', () => {
    const decider = createDecider(createLog('silent', { write() {} }), { maxSize: 3_000, maxEntrySize: 1_000 });
    const decide = (name: string) => decider.decide(ada, 'readSecretValue', { ...billingKey, name });
    const [first, long] = [decide('first'), decide('x'.repeat(1_000))];
    assert.equal(decide('first'), first);
    assert.notEqual(decide('x'.repeat(1_000)), long);
    for (let nth = 0; nth < 15; nth++) decide(`other-${nth}`);
    assert.notEqual(decide('first'), first);
  });
});

describe('a policy file', () => {
  const clean = 'permit(principal, action, resource);';
  for (const [what, text, complaints] of [
    [
      'with a syntax error',
      '// é 😀\n@id("é😀") permit(principal, action == , resource);',
      [
        'line 2, column 39: unexpected token `,` (expected `!`, `(`, `-`, `[`, `{`, `false`, identifier, `if`, number, `?principal`, `?resource`, string literal, or `true`).',
      ],
    ],
    [
      'with two syntax errors',
      'permit(principal,, action, resource);\npermit(principal,, action, resource);',
      [
        'line 1, column 18: unexpected token `,` (expected `)` or identifier).',
        'line 2, column 18: unexpected token `,` (expected `)` or identifier).',
      ],
    ],
    [
      'with an unknown attribute',
      `// é 😀\r\n@id("é😀") ${clean.replace('action', 'action == Action::"readSecretValue"').replace(';', '\n when { resource.nam == "é" };')}`,
      ['line 3, column 9: attribute `nam` on entity type `Secret` not found (did you mean `name`?).'],
    ],
    [
      'that only causes a warning',
      '\n@id("😀") permit(principal, action, resource) when { principal.subject == "pаypal" };',
      ['line 2, column 74: string `"pаypal"` contains mixed scripts.'],
    ],
    [
      'without an id',
      `@id("é;") @note("\\";") // ;\n${clean}\n\n ${clean}`,
      ['line 4, column 2: this policy has no id: write @id("a-name") before it.'],
    ],
    [
      'with an empty id',
      `@id("") ${clean}`,
      ['line 1, column 1: this policy has no id: write @id("a-name") before it.'],
    ],
    [
      'with an id twice',
      `@id("a") ${clean}\n@id("a") ${clean}`,
      ['line 2, column 1: a policy above has the @id "a" too: give each its own.'],
    ],
    [
      'with a template',
      `@id("a") ${clean}\n@id("t") ${clean.replace('principal', 'principal == ?principal')}`,
      [
        'line 2, column 30: failed to parse policy from string: expected a static policy, got a template containing the slot ?principal (try removing the template slot(s) from this policy).',
      ],
    ],
    [
      'with several faults',
      `${clean}\n@id("a") ${clean.replace('resource', 'resource in Vault::"Prod"')}\n@id("a") ${clean}`,
      [
        'line 1, column 1: this policy has no id: write @id("a-name") before it.',
        'line 2, column 55: Vault::"Prod" has upper-case letters: Azure\'s names have no case, write it in lower case.',
        'line 3, column 1: a policy above has the @id "a" too: give each its own.',
      ],
    ],
  ] as const) {
    it(`${what} is refused with the place`, async (t) => {
      assert.deepEqual(await complaintsOf(t, text), complaints);
    });
  }

  it('that is not there is refused', async () => {
    await assert.rejects(loadPolicy({ file: '/nowhere.cedar' }, createLog('silent', { write() {} })), {
      name: 'PolicyError',
      complaints: ['ACCESS_POLICY cannot be read: check the path and its permissions.'],
    });
  });
});

describe("Azure's names in a policy", () => {
  const secret = (scope: string, condition = 'true') =>
    `@id("BIG")\npermit(principal in Role::"BIG", action == Action::"readSecretValue", ${scope}) when {\n${condition} };`;
  const id = (name: string) => `${name} has upper-case letters: Azure's names have no case, write it in lower case.`;
  const estate = (scope: string) => `@id("e")\nforbid(principal, action == Action::"readEstate", ${scope});`;
  const literal = (text: string) =>
    `"${text}" is compared with a name of Azure's and has upper-case letters: write it in lower case.`;

  for (const [text, complaint] of [
    [secret('resource in Vault::"BIG"'), `line 2, column 90: ${id('Vault::"BIG"')}`],
    [secret('resource == Secret::"v/N"'), `line 2, column 91: ${id('Secret::"v/N"')}`],
    [secret('resource is Secret in Vault::"Ä"'), `line 2, column 100: ${id('Vault::"Ä"')}`],
    [secret('resource', 'resource in [Vault::"a", Vault::"B"]'), `line 3, column 33: ${id('Vault::"B"')}`],
    [secret('resource', 'resource.name == "BIG"'), `line 3, column 18: ${literal('BIG')}`],
    [secret('resource', '"Big" != resource.name'), `line 3, column 1: ${literal('Big')}`],
    [secret('resource', 'resource.name like "Root-*"'), `line 3, column 20: ${literal('Root-*')}`],
    [secret('resource', 'resource.vault like "*-\\*A*"'), `line 3, column 21: ${literal('*-\\*A*')}`],
    [secret('resource', 'resource["name"] == "Big"'), `line 3, column 21: ${literal('Big')}`],
    [secret('resource', '["a", "B"].contains(resource.name)'), `line 3, column 7: ${literal('B')}`],
    [secret('resource', '[resource.name].containsAny(["B"])'), `line 3, column 30: ${literal('B')}`],
    [secret('resource', '{n: resource.name} == {n: "B"}'), `line 3, column 27: ${literal('B')}`],
    [
      secret('resource', 'resource.name == (if principal.kind == "USER" then "B" else "c")'),
      `line 3, column 52: ${literal('B')}`,
    ],
    [
      secret('resource', '(if principal.kind == "USER" then resource else resource).name == "B"'),
      `line 3, column 67: ${literal('B')}`,
    ],
    [secret('resource', 'resource.name == "\\u{41}"'), `line 1, column 1: ${literal('A')}`],
    [
      secret('resource', '!(principal.kind == "A" || resource.name == "b" || resource.name == "C")'),
      `line 3, column 69: ${literal('C')}`,
    ],
    [
      secret('resource == Secret::"root"'),
      'line 2, column 91: Secret::"root" can match nothing: write Secret::"<vault>/<name>".',
    ],
    [secret('resource in Vault::"a/b"'), 'line 2, column 90: Vault::"a/b" can match nothing: write Vault::"<name>".'],
    ...['contoso production', GUID.slice(1), `${GUID}0`, GUID.replaceAll('-', '')].flatMap(
      (id) =>
        [
          [
            estate(`resource in Subscription::"${id}"`),
            `line 2, column 77: Subscription::"${id}" can match nothing: write Subscription::"<guid>".`,
          ],
          [
            estate(`resource == ResourceGroup::"${id}/rg"`),
            `line 2, column 78: ResourceGroup::"${id}/rg" can match nothing: write ResourceGroup::"<guid>/<name>".`,
          ],
        ] as const,
    ),
  ] as const) {
    it(`${text.split('\n').slice(1).join(' ')} is refused with its place`, async (t) => {
      assert.deepEqual(await complaintsOf(t, text), [complaint]);
    });
  }

  it('each occurrence is refused at its own place', async (t) => {
    const text = secret('resource', 'resource.name == "A" ||\nresource.vault == "A"');
    assert.deepEqual(await complaintsOf(t, text), [
      `line 3, column 18: ${literal('A')}`,
      `line 4, column 19: ${literal('A')}`,
    ]);
  });

  it('are the only ones: roles, groups, issuers, callers, their attributes and annotations keep their case', async (t) => {
    const { policy } = await policyOf(
      t,
      `@id("OK") @type("Vault") @note("Vault::\\"X\\"") // Vault::"X"
       permit(principal in Role::"A", action, resource) when {
         principal in [Group::"B", Group::"C"] || principal in Issuer::"https://C" || principal == Caller::"D" || principal.kind == "USER" ||
         principal.subject like "E*" || ["F"].contains(principal.issuer) || (principal.kind == "G") == (resource == Vault::"h")
       };`,
    );
    assert.equal(policy.decide(caller('x', { roles: ['A'] }), 'readEstate', group).allowed, true);
  });
});

describe('a policy file that changes', () => {
  const grants = (id: string) => `@id("${id}") permit(principal, action, resource);`;

  it('is taken up within three seconds, with a version of its own', async (t) => {
    const { policy, file, events } = await watched(t, grants('old'));
    const [before, version] = [policy.decide(ada, 'readEstate', group), policy.version()];
    writeFileSync(file, grants('new'));
    t.mock.timers.tick(3_000);
    assert.deepEqual([before.policies, policy.decide(ada, 'readEstate', group).policies], [['old'], ['new']]);
    assert.notEqual(policy.version(), version);
    assert.deepEqual(events().at(-1), {
      level: 'info',
      event: 'policy-loaded',
      file,
      version: policy.version(),
      policies: 1,
    });
  });

  it('is taken up for callers who are known already', async (t) => {
    const { policy, file } = await watched(t, '');
    policy.decide(ada, 'readEstate', group);
    writeFileSync(file, '@id("role") permit(principal in Role::"Estate.Reader", action, resource);');
    t.mock.timers.tick(3_000);
    assert.deepEqual(policy.decide(ada, 'readEstate', group).policies, ['role']);
  });

  it('is taken up where it is behind a symbolic link, as in a ConfigMap', async (t) => {
    const { policy, file } = await watched(t, grants('old'));
    const [data, next] = [`${file}.data`, `${file}.next`];
    renameSync(file, data);
    writeFileSync(next, grants('new'));
    symlinkSync(next, `${file}.link`);
    renameSync(`${file}.link`, file);
    t.mock.timers.tick(3_000);
    assert.deepEqual(policy.decide(ada, 'readEstate', group).policies, ['new']);
  });

  it('is not taken up half written', async (t) => {
    const { policy, file } = await watched(t, '');
    writeFileSync(file, grants('first'));
    t.mock.timers.tick(1_000);
    writeFileSync(file, `${grants('first')} @id("no") forbid(principal, action, resource);`);
    t.mock.timers.tick(1_000);
    const between = policy.decide(ada, 'readEstate', group).policies;
    t.mock.timers.tick(1_000);
    assert.deepEqual([between, policy.decide(ada, 'readEstate', group).policies], [[], ['no']]);
  });

  it('is refused where it is invalid, once, and the last good one stays', async (t) => {
    const { policy, file, events } = await watched(t, grants('old'));
    const kept = policy.version();
    writeFileSync(file, 'permit(principal, action, resource);');
    t.mock.timers.tick(9_000);
    assert.deepEqual([policy.version(), policy.decide(ada, 'readEstate', group).policies], [kept, ['old']]);
    const complaints = ['ACCESS_POLICY, line 1, column 1: this policy has no id: write @id("a-name") before it.'];
    assert.deepEqual(events().slice(1), [{ level: 'error', event: 'policy-refused', file, kept, complaints }]);
  });

  it('is taken up when it is repaired, or back', async (t) => {
    const { policy, file, events } = await watched(t, grants('old'));
    for (const text of ['nonsense', grants('repaired'), undefined, grants('repaired')]) {
      if (text) writeFileSync(file, text);
      else rmSync(file);
      t.mock.timers.tick(3_000);
    }
    assert.deepEqual(policy.decide(ada, 'readEstate', group).policies, ['repaired']);
    const names = events().map(({ event }) => event);
    assert.deepEqual(names, ['policy-loaded', 'policy-refused', 'policy-loaded', 'policy-refused', 'policy-loaded']);
  });

  it('counts no more once the policy is closed, which denies all', async (t) => {
    const { policy, file, events } = await watched(t, grants('old'));
    policy.decide(ada, 'readEstate', group);
    policy.close();
    writeFileSync(file, grants('new'));
    t.mock.timers.tick(9_000);
    assert.deepEqual(policy.decide(ada, 'readEstate', group).policies, []);
    assert.deepEqual(events().length, 1);
  });

  it('leaves other policies of the process as they are', async (t) => {
    const { policy, file } = await watched(t, grants('old'));
    const { policy: other } = await policyOf(t, grants('other'));
    writeFileSync(file, grants('new'));
    t.mock.timers.tick(3_000);
    assert.deepEqual(
      [policy, other].map((each) => each.decide(ada, 'readEstate', group).policies),
      [['new'], ['other']],
    );
  });
});

describe('the shipped default', () => {
  const asked = (policy: Policy, who: Caller) =>
    [
      policy.decide(who, 'readEstate', group),
      policy.decide(who, 'readSecretProperties', rootKey),
      policy.decide(who, 'readSecretValue', rootKey),
      policy.decide(who, 'readSecretValue', { ...rootKey, vault: 'another-vault' }),
      policy.decide(who, 'explain', group),
    ].map(({ allowed }) => allowed);

  for (const [who, defaultVault, expected] of [
    [ada, 'Contoso-Vault', [true, false, false, false, false]],
    [billing, 'Contoso-Vault', [false, true, true, false, false]],
    [billing, undefined, [false, false, false, false, false]],
    [ANONYMOUS, 'Contoso-Vault', [false, false, false, false, false]],
  ] as const) {
    it(`is a table: ${who.id}, ${defaultVault ?? 'without a default vault'}`, async (t) => {
      const policy = await loadPolicy({ defaultVault }, createLog('silent', { write() {} }));
      t.after(() => policy.close());
      assert.deepEqual(asked(policy, who), expected);
    });
  }

  it('grants anonymous nothing', async () => {
    const policy = await loadPolicy({ defaultVault: 'contoso-vault' }, createLog('silent', { write() {} }));
    assert.equal(policy.grantsAnonymous(), false);
  });
});

describe('what a policy could grant', () => {
  const inVault: Scope = { type: 'Secret', vault: 'Contoso-Vault' };
  const inSubscription: Scope = { type: 'ResourceGroup', subscriptionId: GUID.toUpperCase() };
  const everyGroup: Scope = { type: 'ResourceGroup' };
  const permit = (scope: string, condition = 'true') => `@id("p") permit(${scope}) when { ${condition} };`;
  const forbid = (scope: string, condition = 'true') => `${ALL} @id("f") forbid(${scope}) when { ${condition} };`;
  const value = (resource: string) => `principal, action == Action::"readSecretValue", ${resource}`;
  const estate = (resource: string) => `principal, action == Action::"readEstate", ${resource}`;

  for (const [text, action, scope, could] of [
    ['', 'readSecretValue', inVault, false],
    [permit(value('resource in Vault::"contoso-vault"')), 'readSecretValue', inVault, true],
    [permit(value('resource in Vault::"contoso-vault"')), 'readSecretProperties', inVault, false],
    [permit(value('resource in Vault::"other"')), 'readSecretValue', inVault, false],
    [permit(value('resource is Secret in Vault::"other"')), 'readSecretValue', inVault, false],
    [permit(value('resource == Secret::"contoso-vault/a"')), 'readSecretValue', inVault, true],
    [permit(value('resource == Secret::"other/a"')), 'readSecretValue', inVault, false],
    [permit(value('resource in Secret::"other/a"')), 'readSecretValue', inVault, false],
    [permit(value('resource'), 'resource.name like "billing-*"'), 'readSecretValue', inVault, true],
    [permit(value('resource'), 'resource.vault == "contoso-vault"'), 'readSecretValue', inVault, true],
    [permit(value('resource'), 'resource.vault == "other"'), 'readSecretValue', inVault, false],
    [permit(value('resource'), 'resource.vault like "contoso-*"'), 'readSecretValue', inVault, true],
    [permit(value('resource'), 'resource.vault like "con.oso-*"'), 'readSecretValue', inVault, false],
    [permit(value('resource'), '["a", "b"].contains(resource.vault)'), 'readSecretValue', inVault, false],
    [permit(value('resource'), 'resource in [Vault::"a", Vault::"b"]'), 'readSecretValue', inVault, false],
    [permit(value('resource'), '!(resource.vault != "a")'), 'readSecretValue', inVault, false],
    [
      permit(value('resource'), 'if principal.kind == "USER" then resource.vault == "a" else true'),
      'readSecretValue',
      inVault,
      false,
    ],
    [permit(value('resource').replace('principal', 'principal in Role::"Other"')), 'readSecretValue', inVault, false],
    [
      permit(value('resource').replace('principal', 'principal in Role::"Estate.Reader"')),
      'readSecretValue',
      inVault,
      true,
    ],
    [permit('principal, action, resource', 'resource is ResourceGroup'), 'readSecretValue', inVault, false],
    [
      permit('principal, action, resource', 'resource has vault && resource.vault == "a"'),
      'readEstate',
      everyGroup,
      false,
    ],
    [permit('principal, action, resource', 'action == Action::"explain"'), 'readEstate', everyGroup, false],
    [permit(estate(`resource in Subscription::"${GUID}"`)), 'readEstate', everyGroup, true],
    [permit(estate(`resource in Subscription::"${GUID}"`)), 'readEstate', inSubscription, true],
    [permit(estate(`resource in Subscription::"${OTHER}"`)), 'readEstate', inSubscription, false],
    [permit(estate(`resource in Subscription::"${OTHER}"`)), 'readEstate', everyGroup, true],
    [permit(estate(`resource in Subscription::"${OTHER}"`)), 'readEstate', { type: 'Subscription' }, true],
    [permit(estate('resource is ResourceGroup')), 'readEstate', { type: 'Subscription' }, false],
    [permit(estate(`resource == ResourceGroup::"${OTHER}/rg"`)), 'readEstate', inSubscription, false],
    [
      permit(value('resource'), 'Secret::"contoso-vault/a" in Vault::"contoso-vault"'),
      'readSecretValue',
      inVault,
      true,
    ],
    [ALL, 'explain', { type: 'Vault' }, true],
    [ALL, 'readSecretValue', { type: 'Vault' }, false],
    [forbid(value('resource in Vault::"contoso-vault"')), 'readSecretValue', inVault, false],
    [forbid(value('resource in Vault::"other"')), 'readSecretValue', inVault, true],
    [forbid(value('resource'), 'resource.name like "*"'), 'readSecretValue', inVault, true],
    [forbid(value('resource'), 'principal.kind != "APPLICATION"'), 'readSecretValue', inVault, false],
    [
      permit('principal, action == Action::"explain", resource is Vault', 'Vault::"x".name == "x"'),
      'explain',
      { type: 'Vault' },
      true,
    ],
  ] as const satisfies [string, Action, Scope, boolean][]) {
    it(`${text || 'nothing'}: ${could ? 'perhaps' : 'no'} ${action} on ${Object.values(scope).join(' of ')}`, async (t) => {
      const { policy } = await policyOf(t, text);
      assert.equal(policy.couldAllow(ada, action, scope), could);
    });
  }

  for (const [text, grants] of [
    [permit(value('resource == Secret::"v/n"').replace('principal', 'principal == Caller::"anonymous"')), true],
    [permit(value('resource'), 'principal.kind != "ANONYMOUS"'), false],
    [permit(estate('resource'), 'principal.kind == "ANONYMOUS"'), true],
  ] as const) {
    it(`${text}: ${grants ? 'something' : 'nothing'} for anonymous`, async (t) => {
      assert.equal((await policyOf(t, text)).policy.grantsAnonymous(), grants);
    });
  }

  it('is never less than what it grants', async (t) => {
    const random = randomFrom(20_261_122);
    let [granted, hopeless] = [0, 0];
    for (let round = 0; round < 60; round++) {
      const text = randomPolicies(random);
      const { policy } = await policyOf(t, text);
      for (const [who, action, resource] of QUESTIONS) {
        const { allowed } = policy.decide(who, action, resource);
        for (const scope of scopesWith(resource)) {
          const could = policy.couldAllow(who, action, scope);
          if (allowed && !could) assert.fail(`${text}\n${who.id} ${action} ${JSON.stringify([resource, scope])}`);
          granted += allowed ? 1 : 0;
          hopeless += could ? 0 : 1;
        }
      }
      policy.close();
    }
    assert.deepEqual([granted > 500, hopeless > 500], [true, true], `granted ${granted}, hopeless ${hopeless}`);
  });
});

describe('docs/access-policy.md', () => {
  const text = readFileSync('docs/access-policy.md', 'utf8');
  const recipes = [...text.matchAll(/^### (.*?)\n.*?^```cedar\n(.*?)^```/gms)];
  const recipe = (title: string) => recipes.find((match) => match[1] === title)?.[2] ?? assert.fail(title);
  const workload: Caller = {
    ...caller('x', { kind: 'SERVICE_ACCOUNT' }),
    id: 'https://aks.contoso.example|system:serviceaccount:billing:api',
  };
  const confidential: Resource = { ...group, name: 'RG-Merger-North' };

  it('has no recipe that is not tried here', () => {
    const titles = recipes.map(([, title]) => title);
    const refused = 'On the estate';
    const granting = ['One service, one prefix', 'One team, one vault', 'Everyone the estate', 'An auditor'];
    assert.deepEqual(titles, [...granting, refused]);
  });

  it('quotes what its refused example is refused for', async (t) => {
    const [quoted] = /^ACCESS_POLICY, .* cannot decide on .*$/m.exec(text) ?? [];
    assert.deepEqual(await complaintsOf(t, recipe('On the estate')), [quoted?.replace('ACCESS_POLICY, ', '')]);
  });

  for (const [title, who, action, resource, policies, allowed] of [
    ['One service, one prefix', workload, 'readSecretValue', billingKey, ['billing-reads-its-prefix'], true],
    ['One service, one prefix', workload, 'readSecretValue', rootKey, [], false],
    ['One service, one prefix', workload, 'readSecretValue', { ...billingKey, vault: 'other' }, [], false],
    ['One service, one prefix', ada, 'readSecretValue', billingKey, [], false],
    [
      'One team, one vault',
      payments(),
      'readSecretValue',
      inPayments('card-key'),
      ['payments-team-reads-its-vault'],
      true,
    ],
    ['One team, one vault', payments(), 'readSecretValue', inPayments('Root-Key'), ['nobody-reads-root-keys'], false],
    ['One team, one vault', payments(), 'readSecretValue', billingKey, [], false],
    ['Everyone the estate', ada, 'readEstate', group, ['employees-read-the-estate'], true],
    ['Everyone the estate', ada, 'readEstate', confidential, ['mergers-are-confidential'], false],
    ['Everyone the estate', board(), 'readEstate', confidential, ['employees-read-the-estate'], true],
    ['Everyone the estate', ANONYMOUS, 'readEstate', group, [], false],
    [
      'An auditor',
      caller('a', { roles: ['Auditor'] }),
      'readSecretProperties',
      rootKey,
      ['auditors-see-no-value'],
      true,
    ],
    ['An auditor', caller('a', { roles: ['Auditor'] }), 'readSecretValue', rootKey, [], false],
  ] as const satisfies [string, Caller, Action, Resource, string[], boolean][]) {
    it(`${title}: ${who.subject || 'anonymous'} ${action} ${Object.values(resource).join(' ')}`, async (t) => {
      const decision = (await policyOf(t, recipe(title))).policy.decide(who, action, resource);
      assert.deepEqual([decision.policies, decision.allowed], [policies, allowed]);
    });
  }

  function payments(): Caller {
    return caller('payments', { roles: ['Payments.Reader'] });
  }
  function inPayments(name: string): Resource {
    return { type: 'Secret', vault: 'payments-vault', name };
  }
  function board(): Caller {
    return caller('board', { groups: ['22222222-2222-2222-2222-222222222222'] });
  }
});

const ACTIONS: readonly Action[] = ['readEstate', 'readSecretProperties', 'readSecretValue', 'explain'];
const QUESTIONS = (() => {
  const callers = [
    caller('a', { roles: ['A'] }),
    caller('b', { kind: 'APPLICATION', roles: ['B'], groups: ['G'] }),
    ANONYMOUS,
  ];
  const resources: Resource[] = [GUID, OTHER].flatMap((subscriptionId) => [
    { type: 'Subscription', subscriptionId },
    { type: 'ResourceGroup', subscriptionId, name: 'a' },
    { type: 'ResourceGroup', subscriptionId, name: 'ab' },
    { type: 'Vault', name: subscriptionId },
    { type: 'Secret', vault: subscriptionId, name: 'a' },
    { type: 'Secret', vault: subscriptionId, name: 'ab' },
  ]);
  return callers.flatMap((who) =>
    ACTIONS.flatMap((action) => resources.map((resource) => [who, action, resource] as const)),
  );
})();

function scopesWith(resource: Resource): Scope[] {
  if (resource.type === 'Secret') return [{ type: 'Secret', vault: resource.vault }];
  if (resource.type !== 'ResourceGroup') return [{ type: resource.type }];
  return [{ type: 'ResourceGroup' }, { type: 'ResourceGroup', subscriptionId: resource.subscriptionId }];
}

/** Three policies that Cedar finds valid. */
function randomPolicies(random: Random): string {
  const policies: string[] = [];
  while (policies.length < 3) {
    const policy = `@id("${policies.length}") ${randomPolicy(random)}`;
    if (isValid(policy)) policies.push(policy);
  }
  return policies.join('\n');
}

function isValid(policy: string): boolean {
  try {
    return checkPolicies(policy).length === 1;
  } catch {
    return false;
  }
}

const KINDS = {
  Subscription: { action: 'readEstate', attributes: ['subscriptionId'], above: '' },
  ResourceGroup: { action: 'readEstate', attributes: ['name', 'subscriptionId'], above: 'Subscription' },
  Vault: { action: 'explain', attributes: ['name'], above: '' },
  Secret: { action: 'readSecretValue', attributes: ['name', 'vault'], above: 'Vault' },
} as const;
type Random = <Choice>(...choices: readonly Choice[]) => Choice;

function randomPolicy(random: Random): string {
  const kind = random('Subscription', 'ResourceGroup', 'Vault', 'Secret', 'Secret') as keyof typeof KINDS;
  const { action, attributes, above } = KINDS[kind];
  const name = () => random('a', 'ab', GUID, OTHER);
  const id = () =>
    above ? `${kind}::"${random(GUID, OTHER)}/${random('a', 'ab')}"` : `${kind}::"${random(GUID, OTHER)}"`;
  const within = () => (above ? random(`${above}::"${random(GUID, OTHER)}"`, id()) : id());
  const atom = (): string => {
    const attribute = `resource.${random(...attributes)}`;
    return random(
      ...[
        `${attribute} == "${name()}"`,
        `"${name()}" != ${attribute}`,
        `${attribute} like "${random('a*', '*b', '3333*', '*')}"`,
      ],
      ...[`["${name()}", "${name()}"].contains(${attribute})`, `${attribute} == resource.${random(...attributes)}`],
      ...[
        `resource in ${within()}`,
        `resource in [${within()}, ${within()}]`,
        `resource == ${id()}`,
        `resource is ${kind}`,
      ],
      ...['principal in Role::"A"', 'principal in [Group::"B", Group::"G"]', 'principal == Caller::"anonymous"'],
      ...['principal.kind == "USER"', 'principal.kind like "A*"', `action == Action::"${random(...ACTIONS)}"`],
      ...[`Vault::"${random(GUID, OTHER)}".name == "${GUID}"`, `resource has ${random('name', 'vault')}`],
    );
  };
  const expression = (depth: number): string => {
    if (depth === 0) return atom();
    const [one, other, third] = [expression(depth - 1), expression(depth - 1), expression(depth - 1)];
    return random(
      `(${one} && ${other})`,
      `(${one} || ${other})`,
      `!(${one})`,
      `(if ${one} then ${other} else ${third})`,
      one,
    );
  };
  const scope = [
    random('principal', 'principal', 'principal in Role::"A"', 'principal is Caller in Group::"G"'),
    random('action', `action == Action::"${action}"`, `action in [Action::"${action}", Action::"explain"]`),
    random(`resource is ${kind}`, `resource is ${kind}`, `resource in ${within()}`, `resource == ${id()}`),
  ];
  const condition = random('', ...[1, 2, 2].map((depth) => `${random('when', 'unless')} { ${expression(depth)} }`));
  return `${random('permit', 'permit', 'permit', 'forbid')}(${scope.join(', ')}) ${condition};`;
}

/** mulberry32: the same choices at every run. */
function randomFrom(seed: number): Random {
  let state = seed;
  return (...choices) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    const choice = choices[((mixed ^ (mixed >>> 14)) >>> 0) % choices.length];
    return choice ?? assert.fail('a choice of nothing');
  };
}
