import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ANONYMOUS, type Caller } from '../src/caller.ts';
import { checkPolicies } from '../src/policy/check.ts';
import { createDecider } from '../src/policy/decide.ts';
import { createScoper } from '../src/policy/scoper.ts';
import { PolicyError, type Resource, type Rights, type ScopeSet, steady } from '../src/policy.ts';
import { createLog } from '../src/telemetry.ts';
import { caller, complaintsOf, policyOf, watched } from './support/policy.ts';

const ada = caller('ada', { roles: ['Reader'] });
const quiet = createLog('silent', { write() {} });
const S = 'aaaaaaaa-0000-0000-0000-000000000000';
const T = 'bbbbbbbb-0000-0000-0000-000000000000';
const U = 'cccccccc-0000-0000-0000-000000000000';
const READ = 'principal, action == Action::"readEstate"';
const EVERYTHING = `permit(${READ}, resource);`;
const REVIEWED = 'Caller::"reviewer".kind == "USER"';

describe('a scope set', () => {
  const all: Rights = { subscription: true, groups: { allBut: [] } };
  const none: Rights = { subscription: false, groups: { only: [] } };
  const record: Rights = { subscription: true, groups: { only: [] } };
  const groups: Rights = { subscription: false, groups: { allBut: [] } };
  const only = (...names: string[]): Rights => ({ subscription: false, groups: { only: names } });
  const allBut = (...names: string[]): Rights => ({ subscription: true, groups: { allBut: names } });

  for (const [what, statements, who, elsewhere, named] of [
    ['nothing, by no policy', [], ada, none, {}],
    ['everything', [EVERYTHING], ada, all, {}],
    [
      'nothing, by a policy on another action',
      ['permit(principal, action == Action::"explain", resource);'],
      ada,
      none,
      {},
    ],
    ['nothing, by a policy on secrets', ['permit(principal, action, resource is Secret);'], ada, none, {}],
    ['one subscription', [`permit(${READ}, resource in Subscription::"${S}");`], ada, none, { [S]: all }],
    ["one subscription's record", [`permit(${READ}, resource == Subscription::"${S}");`], ada, none, { [S]: record }],
    [
      "one subscription's groups",
      [`permit(${READ}, resource is ResourceGroup in Subscription::"${S}");`],
      ada,
      none,
      { [S]: groups },
    ],
    ['every group', [`permit(${READ}, resource is ResourceGroup);`], ada, groups, {}],
    [
      'single groups of two subscriptions, sorted',
      [
        `permit(${READ}, resource) when { resource in [ResourceGroup::"${T}/a", ResourceGroup::"${S}/b", ResourceGroup::"${S}/a"] };`,
      ],
      ada,
      none,
      { [S]: only('a', 'b'), [T]: only('a') },
    ],
    [
      'all but a group',
      [EVERYTHING, `forbid(${READ}, resource == ResourceGroup::"${S}/a");`],
      ada,
      all,
      { [S]: allBut('a') },
    ],
    [
      'all but a subscription',
      [EVERYTHING, `forbid(${READ}, resource in Subscription::"${S}");`],
      ada,
      all,
      { [S]: none },
    ],
    [
      'a subscription but a group, which another policy grants in vain',
      [
        `permit(${READ}, resource in Subscription::"${S}") unless { resource == ResourceGroup::"${S}/a" };`,
        `permit(${READ}, resource == ResourceGroup::"${S}/b");`,
        `permit(${READ}, resource == ResourceGroup::"${S}/a") when { principal.kind != "USER" };`,
      ],
      ada,
      none,
      { [S]: allBut('a') },
    ],
    [
      'what two policies grant by different ways',
      [EVERYTHING, `permit(${READ}, resource in Subscription::"${S}");`],
      ada,
      all,
      {},
    ],
    [
      'either by the kind of caller',
      [
        `permit(${READ}, resource) when { if principal.kind == "USER" then resource in Subscription::"${S}" else true };`,
      ],
      ada,
      none,
      { [S]: all },
    ],
    [
      'whatever the kind of resource rules out',
      [
        'permit(principal, action, resource) when { resource has vault && resource.vault == "v" || resource is Subscription };',
      ],
      ada,
      record,
      {},
    ],
    [
      'nothing to a caller in a forbidden role',
      [EVERYTHING, `forbid(principal in Role::"Reader", action, resource);`],
      ada,
      none,
      {},
    ],
    [
      'nothing to anonymous, whom no policy names',
      [`permit(${READ}, resource) when { principal in Role::"Reader" };`],
      ANONYMOUS,
      none,
      {},
    ],
    [
      'what anonymous is granted',
      [`permit(principal == Caller::"anonymous", action, resource in Subscription::"${S}");`],
      ANONYMOUS,
      none,
      { [S]: all },
    ],
    [
      'nothing where a policy cannot be evaluated',
      [EVERYTHING, `forbid(${READ}, resource) when { ${REVIEWED} };`],
      ada,
      none,
      {},
    ],
    [
      'nothing of a subscription for which a policy cannot be evaluated',
      [EVERYTHING, `permit(${READ}, resource in Subscription::"${S}") when { ${REVIEWED} };`],
      ada,
      all,
      { [S]: none },
    ],
    [
      'nothing of a subscription for which the second part of a condition cannot be evaluated',
      [
        EVERYTHING,
        `permit(${READ}, resource in Subscription::"${S}") when { principal in Role::"Reader" && ${REVIEWED} };`,
      ],
      ada,
      all,
      { [S]: none },
    ],
    ['nothing to a caller of whom Cedar cannot be asked', [EVERYTHING], { ...ada, kind: undefined }, none, {}],
  ] as const satisfies [string, string[], object, Rights, Record<string, Rights>][]) {
    it(`holds ${what}`, async (t) => {
      const { policy } = await policyOf(t, policies(statements));
      const scopeSet = policy.scopeSet(who as Caller);
      assert.deepEqual(described(scopeSet), { elsewhere, named });
      const isEmpty = elsewhere === none && Object.keys(named).length === 0;
      assert.equal(scopeSet.isEmpty, isEmpty);
    });
  }

  it('knows no letter case of what it is asked', async (t) => {
    const { policy } = await policyOf(
      t,
      policies([
        `permit(${READ}, resource) when { resource in Subscription::"${S}" || resource == ResourceGroup::"${T}/ef" };`,
      ]),
    );
    const scopeSet = policy.scopeSet(ada);
    const up = (id: string) => id.toUpperCase();
    assert.deepEqual(
      [scopeSet.includesSubscription(up(S)), scopeSet.includesGroup(up(S), 'X'), scopeSet.includesGroup(up(T), 'EF')],
      [true, true, true],
    );
    assert.deepEqual([scopeSet.includesSubscription(up(T)), scopeSet.groupsOf(up(T))], [false, { only: ['ef'] }]);
  });

  it('has one key for equal rights, however they are written', async (t) => {
    const group = (id: string) => `resource == ResourceGroup::"${id}"`;
    const ways = [
      [`permit(${READ}, resource) when { ${[`${T}/b`, `${S}/b`, `${S}/a`].map(group).join(' || ')} };`],
      [`${S}/a`, `${T}/b`, `${S}/b`].map((id) => `permit(${READ}, ${group(id)});`),
      [
        `permit(${READ}, resource is ResourceGroup) when { ${group(`${S}/b`)} || resource in Subscription::"${T}" || ${group(`${S}/a`)} };`,
        `forbid(${READ}, resource in Subscription::"${T}") unless { ${group(`${T}/b`)} };`,
      ],
    ];
    const read = await Promise.all(ways.map(async (way) => (await policyOf(t, policies(way))).policy.scopeSet(ada)));
    assert.equal(new Set(read.map(({ key }) => key)).size, 1);
    assert.deepEqual(
      read.map(({ named }) => [...named]),
      ways.map(() => [
        [S, only('a', 'b')],
        [T, only('b')],
      ]),
    );
  });

  it('is remembered, for equal callers, until the policy changes', async (t) => {
    const { policy, file } = await watched(t, policies([EVERYTHING]));
    const first = policy.scopeSet(caller('ada'));
    assert.equal(policy.scopeSet(caller('ada')), first);
    writeFileSync(file, policies([`permit(${READ}, resource in Subscription::"${S}");`]));
    t.mock.timers.tick(3_000);
    assert.deepEqual(
      [first, policy.scopeSet(ada)].map((each) => each.includesSubscription('other')),
      [true, false],
    );
  });

  it('is remembered within bounds', () => {
    const scoper = createScoper(quiet, 2_500);
    scoper.takeUp({ version: '', policies: checkPolicies(policies([EVERYTHING])) });
    const first = scoper.scopeSet(caller('first'));
    assert.equal(scoper.scopeSet(caller('first')), first);
    for (let nth = 0; nth < 5; nth++) scoper.scopeSet(caller(`${nth}`));
    assert.notEqual(scoper.scopeSet(caller('first')), first);
  });

  it('stays for a request, though the policy changes meanwhile, and is each caller’s own', async (t) => {
    const { policy, file } = await watched(t, policies([`permit(principal in Role::"Reader", action, resource);`]));
    const [request, before] = [steady(policy), policy.scopeSet(ada)];
    assert.deepEqual([request.scopeSet(ada), request.scopeSet(ANONYMOUS).isEmpty], [before, true]);
    writeFileSync(file, '');
    t.mock.timers.tick(3_000);
    assert.deepEqual([request.scopeSet(ada), policy.scopeSet(ada).isEmpty], [before, true]);
  });

  it('is empty once the policy is closed', async (t) => {
    const { policy } = await policyOf(t, policies([EVERYTHING]));
    policy.close();
    assert.equal(policy.scopeSet(ada).isEmpty, true);
  });

  it('is logged where a policy could not be evaluated, which denies', async (t) => {
    const { policy, events } = await policyOf(
      t,
      policies([EVERYTHING, `permit(${READ}, resource in Subscription::"${S}") when { ${REVIEWED} };`]),
    );
    policy.scopeSet(ada);
    const expected = { level: 'error', event: 'policy-not-evaluated', version: policy.version(), policies: ['1'] };
    assert.deepEqual(events().slice(1), [expected]);
  });

  it('has what is decided of every record, and a key for exactly that', () => {
    const [decider, scoper] = [createDecider(quiet), createScoper(quiet)];
    const seen = { granted: 0, denied: 0, mixed: 0, failed: 0 };
    fc.assert(
      fc.property(POLICIES, fc.array(CALLER, { minLength: 2, maxLength: 4 }), (statements, callers) => {
        const taken = { version: '', policies: checkPolicies(policies(statements)) };
        for (const each of [decider, scoper]) each.takeUp(taken);
        const known = callers.map((who) => {
          const decisions = ESTATE.map((resource) => decider.decide(who, 'readEstate', resource));
          const scopeSet = scoper.scopeSet(who);
          const decided = decisions.map(({ allowed }) => allowed);
          assert.deepEqual(
            ESTATE.map((resource) => includes(scopeSet, resource)),
            decided,
            JSON.stringify(who),
          );
          assert.equal(scopeSet.isEmpty, !decided.includes(true));
          seen[decided.every(Boolean) ? 'granted' : decided.includes(true) ? 'mixed' : 'denied'] += 1;
          seen.failed += decisions.some(({ because }) => because.includes('could not be evaluated')) ? 1 : 0;
          return { key: scopeSet.key, decided: decided.join() };
        });
        for (const one of known)
          for (const other of known) assert.equal(one.key === other.key, one.decided === other.decided);
      }),
      { seed: 20_261_125, numRuns: 100 },
    );
    assert.ok(
      Object.values(seen).every((times) => times > 10),
      JSON.stringify(seen),
    );
  });
});

describe('a policy on the estate that no query can say', () => {
  const because = (what: string) =>
    `${what} cannot decide on readEstate, by which Azure itself filters and counts: compare the resource by in, == or is, with Subscription::"<guid>" or ResourceGroup::"<guid>/<name>", or leave readEstate out of this policy's actions.`;
  const group = (condition: string) =>
    `@id("é") // resource.name\npermit(${READ}, resource is ResourceGroup) when {\n${condition} };`;

  for (const [condition, place, what] of [
    ['resource.name like "rg-*"', 'line 3, column 1', 'resource.name'],
    ['resource . name == "resource.name"', 'line 3, column 1', 'resource.name'],
    ['"a" == resource["name"]', 'line 3, column 8', 'resource.name'],
    [`resource in Subscription::"${S}" && resource.name == "a"`, 'line 3, column 69', 'resource.name'],
    ['!(principal.kind == "USER" || resource.subscriptionId == "s")', 'line 3, column 31', 'resource.subscriptionId'],
    ['if resource.name == "a" then true else false', 'line 3, column 4', 'resource.name'],
    [`(resource in Subscription::"${S}") == (resource.name == "a")`, 'line 3, column 72', 'resource.name'],
    ['["a", "b"].contains(resource.name)', 'line 3, column 21', 'resource.name'],
    [`[ResourceGroup::"${S}/a"].contains(resource)`, 'line 3, column 2', 'this condition'],
    [`ResourceGroup::"${S}/a".name == "a"`, 'line 3, column 1', 'this condition'],
    [`ResourceGroup::"${S}/a" in Subscription::"${S}"`, 'line 3, column 1', 'this condition'],
    [
      `resource in (if principal.kind == "USER" then Subscription::"${S}" else Subscription::"${T}")`,
      'line 3, column 1',
      'this condition',
    ],
    ['{resource: resource}.resource is ResourceGroup', 'line 3, column 12', 'this condition'],
  ] as const) {
    it(`${condition} is refused with its place`, async (t) => {
      assert.deepEqual(await complaintsOf(t, group(condition)), [`${place}: ${because(what)}`]);
    });
  }

  it('is refused at each place, on whatever actions with that', async (t) => {
    const text =
      '@id("a") permit(principal, action in [Action::"readEstate", Action::"explain"], resource is Subscription)\n';
    const condition = 'when { resource.subscriptionId like "a*" }\nunless { resource.subscriptionId == "b" };';
    const expected = because('resource.subscriptionId');
    assert.deepEqual(await complaintsOf(t, text + condition), [
      `line 2, column 8: ${expected}`,
      `line 3, column 10: ${expected}`,
    ]);
  });

  it('is refused when the file changes, and the last good one stays', async (t) => {
    const { policy, file, events } = await watched(t, policies([EVERYTHING]));
    writeFileSync(file, group('resource.name like "rg-*"'));
    t.mock.timers.tick(3_000);
    const complaints = [`ACCESS_POLICY, line 3, column 1: ${because('resource.name')}`];
    assert.deepEqual(events().at(-1), {
      level: 'error',
      event: 'policy-refused',
      file,
      kept: policy.version(),
      complaints,
    });
    assert.equal(policy.scopeSet(ada).includesSubscription('other'), true);
  });

  for (const [what, statement] of [
    [
      'its action',
      'permit(principal, action == Action::"explain", resource is ResourceGroup) when { resource.name like "rg-*" };',
    ],
    [
      'its kind of resource',
      'permit(principal, action, resource) when { resource is Secret && resource.name like "rg-*" };',
    ],
    [
      'an action in a condition',
      'permit(principal, action, resource is ResourceGroup) when { action == Action::"explain" && resource.name like "r*" };',
    ],
    [
      'an earlier condition',
      'permit(principal, action, resource) unless { !(resource is Vault) } when { resource.name like "r*" };',
    ],
    [
      'the kind in an alternative',
      'permit(principal, action, resource) when { !(resource is Secret) || resource.name like "r*" };',
    ],
    [
      'a branch',
      'permit(principal, action, resource) when { if resource is Secret then resource.name like "r*" else false };',
    ],
  ] as const) {
    it(`is none where ${what} leaves the estate out`, async (t) => {
      const { policy } = await policyOf(t, policies([statement]));
      assert.equal(policy.scopeSet(ada).isEmpty, !statement.includes('||'));
    });
  }
});

const policies = (statements: readonly string[]) => statements.map((text, nth) => `@id("${nth}") ${text}`).join('\n');

const described = ({ elsewhere, named }: ScopeSet) => ({ elsewhere, named: Object.fromEntries(named) });

const includes = (scopeSet: ScopeSet, resource: Resource): boolean =>
  resource.type === 'ResourceGroup'
    ? scopeSet.includesGroup(resource.subscriptionId, resource.name)
    : resource.type === 'Subscription' && scopeSet.includesSubscription(resource.subscriptionId);

// The policies below name neither the third subscription nor the third group.
const ESTATE: readonly Resource[] = [S, T.toUpperCase(), U].flatMap((subscriptionId) => [
  { type: 'Subscription' as const, subscriptionId },
  ...['a', 'B', 'c'].map((name) => ({ type: 'ResourceGroup' as const, subscriptionId, name })),
]);

const CALLER: fc.Arbitrary<Caller> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(ANONYMOUS) },
  {
    weight: 6,
    arbitrary: fc
      .record({
        kind: fc.constantFrom('USER' as const, 'APPLICATION' as const),
        roles: fc.subarray(['A', 'B']),
        groups: fc.subarray(['G']),
      })
      .map((rest) => ({ ...caller('somebody', rest), id: rest.kind })),
  },
);

const POLICIES = (() => {
  const subscription = fc.constantFrom(`Subscription::"${S}"`, `Subscription::"${T}"`);
  const group = fc.constantFrom(...[`${S}/a`, `${S}/b`, `${T}/a`, `${T}/b`].map((id) => `ResourceGroup::"${id}"`));
  const entity = fc.oneof(subscription, group);
  const set = fc
    .oneof(...[subscription, group].map((one) => fc.array(one, { minLength: 1, maxLength: 3 })))
    .map((some) => `[${some.join(', ')}]`);
  const onResource = fc.oneof(
    fc.tuple(fc.constantFrom('in', '==', '!='), entity).map(([operator, one]) => `resource ${operator} ${one}`),
    fc.oneof(entity, set).map((some) => `resource in ${some}`),
    entity.map((one) => `${one} == resource`),
    fc.constantFrom('Subscription', 'ResourceGroup').map((type) => `resource is ${type}`),
    fc.oneof(entity, set).map((some) => `resource is ResourceGroup in ${some}`),
    fc.constant('resource has name'),
  );
  const onCaller = fc.constantFrom(
    ...[
      'principal in Role::"A"',
      'principal in [Role::"B", Group::"G"]',
      'principal.kind like "U*"',
      'principal.kind == "USER"',
    ],
    // Nobody else's attributes are known: these two cannot be evaluated, the first for one caller alone.
    ...['Caller::"USER".kind == "USER"', 'Secret::"v/n".name == "n"', 'Secret::"v/n" in Vault::"v"'],
  );
  const { condition } = fc.letrec<{ condition: string }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      ...[onResource, onResource, onCaller],
      tie('condition').map((one) => `!(${one})`),
      fc
        .tuple(tie('condition'), fc.constantFrom('&&', '||', '=='), tie('condition'))
        .map(([one, operator, other]) => `(${one}) ${operator} (${other})`),
      fc
        .tuple(tie('condition'), tie('condition'), tie('condition'))
        .map(([one, then, other]) => `(if ${one} then ${then} else ${other})`),
    ),
  }));
  const policy = fc
    .record({
      effect: fc.constantFrom('permit', 'permit', 'forbid'),
      principal: fc.constantFrom(
        'principal',
        'principal',
        'principal in Role::"A"',
        'principal is Caller in Group::"G"',
      ),
      action: fc.constantFrom(
        'action',
        'action == Action::"readEstate"',
        'action in [Action::"readEstate", Action::"explain"]',
      ),
      resource: fc.oneof(
        fc.constantFrom('resource', 'resource is ResourceGroup', 'resource is Subscription'),
        entity.map((one) => `resource in ${one}`),
        entity.map((one) => `resource == ${one}`),
        subscription.map((one) => `resource is ResourceGroup in ${one}`),
      ),
      conditions: fc.array(fc.tuple(fc.constantFrom('when', 'unless'), condition), { maxLength: 2 }),
    })
    .map(({ effect, principal, action, resource, conditions }) => {
      const clauses = conditions.map(([kind, body]) => `${kind} { ${body} }`).join(' ');
      return `${effect}(${principal}, ${action}, ${resource}) ${clauses};`;
    })
    .filter(isValid);
  return fc.array(policy, { minLength: 1, maxLength: 4 });
})();

/** By Cedar, which refuses conditions that can never hold. Of ours there must be no complaint. */
function isValid(statement: string): boolean {
  try {
    return checkPolicies(policies([statement])).length === 1;
  } catch (error) {
    assert.ok(error instanceof PolicyError && !error.message.includes('cannot decide on'), `${statement}\n${error}`);
    return false;
  }
}
