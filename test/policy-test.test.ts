import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { describe, it } from 'node:test';
import { command } from './support/check.ts';
import { textFile } from './support/file.ts';

const TENANT = '11111111-1111-1111-1111-111111111111';
const ENTRA = `https://sts.windows.net/${TENANT}/`;
const CLUSTER = 'https://aks.contoso.example';
const secret = (name: string) => ({ type: 'Secret', vault: 'contoso-vault', name });

const POLICY = `// What the tests below are about.
@id("billing-reads-its-prefix")
permit (
  principal == Caller::"${CLUSTER}|system:serviceaccount:billing:api",
  action == Action::"readSecretValue",
  resource in Vault::"contoso-vault"
) when { resource.name like "billing-*" };

@id("readers")
permit (principal in Role::"Secret.Reader", action == Action::"readSecretValue", resource);

@id("nobody-reads-root-keys")
forbid (principal, action == Action::"readSecretValue", resource) when { resource.name like "root-*" };
`;
const policy = textFile(POLICY);
const billing = { issuer: CLUSTER, subject: 'system:serviceaccount:billing:api' };
const reader = { issuer: ENTRA, subject: 'ada', roles: ['Secret.Reader'] };

const good = {
  name: 'billing reads its key',
  caller: billing,
  action: 'readSecretValue',
  resource: secret('Billing-Key'),
  expect: 'allow',
};

/** `policy test` of these cases, with the policy above unless the file says otherwise. */
const test = (cases: readonly object[], file: object = { policy: basename(policy) }, env = {}) =>
  command(['policy', 'test', textFile(JSON.stringify({ ...file, cases }))], { env });

describe('policy test', () => {
  it('decides as the gateway does, a line each; 0 when all are as expected', async () => {
    const { code, out, complaints } = await test([
      good,
      { ...good, name: 'and no other', resource: secret('root-key'), expect: 'deny' },
      { ...good, name: 'nobody reads nothing', caller: 'anonymous', expect: 'deny' },
      { ...good, name: 'a reader reads', caller: reader },
    ]);
    assert.deepEqual([code, complaints], [0, '']);
    assert.equal(
      out.replace(/version \w{16}/, 'version V'),
      `ok      billing reads its key
ok      and no other
ok      nobody reads nothing
ok      a reader reads

4 cases, 0 failed. Policy: ${policy}, version V.
`,
    );
  });

  it('says why a case was decided otherwise, and on which line; 1', async () => {
    const { code, out } = await test([
      { ...good, name: 'a root key', caller: reader, resource: secret('root-key') },
      { ...good, name: 'everybody', caller: 'anonymous' },
    ]);
    assert.equal(code, 1);
    assert.match(out, /^2 cases, 2 failed/m);
    assert.equal(
      out.slice(0, out.indexOf('\n\n')),
      `FAILED  a root key: expected allow, decided deny
        Policy "nobody-reads-root-keys" forbids readSecretValue on this secret.
        "nobody-reads-root-keys" is on line 12.
FAILED  everybody: expected allow, decided deny
        No policy grants this caller readSecretValue on this secret.`,
    );
  });

  it("takes a token's claims for the caller, and believes of them what the gateway does", async () => {
    const claims = { iss: ENTRA, tid: TENANT, oid: 'ada', sub: 'ada', azp: 'client', roles: ['Secret.Reader'] };
    const { code } = await test([{ ...good, caller: { claims } }]);
    assert.equal(code, 0);
  });

  it('takes ACCESS_POLICY where the file names none, and else the shipped default', async () => {
    const set = await test([good], {}, { ACCESS_POLICY: policy });
    const shipped = await test([{ ...good, caller: reader }], {}, { KEYVAULT_VAULT_NAME: 'contoso-vault' });
    assert.deepEqual([set.code, shipped.code], [0, 0]);
    assert.match(shipped.out, /Policy: the shipped default, /);
  });

  it('is 1 for a policy that is not valid, with every complaint', async () => {
    const { code, out, complaints } = await test([good], {
      policy: basename(textFile('permit (principal, action, resource);')),
    });
    assert.deepEqual([code, out], [1, '']);
    assert.equal(
      complaints,
      'The access policy is not valid:\n- ACCESS_POLICY, line 1, column 1: this policy has no id: write @id("a-name") before it.\n',
    );
  });

  const malformed: Readonly<Record<string, readonly [cases: readonly object[], complaint: string]>> = {
    'no case': [[], 'cases: there is none.'],
    'a field that is not known': [
      [{ ...good, expects: 'deny' }],
      'cases[0].expects: is not known here; known are name, caller, action, resource, expect.',
    ],
    'no expectation': [[good, { ...good, expect: undefined }], 'cases[1].expect: give one of allow, deny.'],
    'an action that there is not': [
      [{ ...good, action: 'read' }],
      'cases[0].action: give one of readEstate, readSecretProperties, readSecretValue, explain.',
    ],
    'an action that is of something else': [
      [{ ...good, action: 'readEstate', expect: 'deny' }],
      'cases[0].action: readEstate is of Subscription, ResourceGroup, and the resource is a Secret.',
    ],
    "a name that is none of Azure's": [
      [{ ...good, resource: { ...secret('a'), vault: 'contoso-vault.vault.azure.net' } }],
      "cases[0].resource.vault: The vault name is not one of Azure's: give the vault's name alone: 3 to 24 letters, digits and single hyphens, beginning with a letter.",
    ],
    "another issuer's roles": [
      [{ ...good, caller: { ...billing, roles: ['Secret.Reader'] } }],
      'cases[0].caller: roles and groups are believed of Entra alone, and this issuer is another.',
    ],
    'claims of a token that would be refused': [
      [{ ...good, caller: { claims: { iss: ENTRA, tid: 'other', oid: 'ada' } } }],
      "cases[0].caller.claims: The token's tenant is not that of its issuer. Get one from the tenant in CALLER_ISSUERS.",
    ],
  };
  for (const [what, [cases, complaint]] of Object.entries(malformed)) {
    it(`is 2 for ${what}, and says where`, async () => {
      const { code, out, complaints } = await test(cases);
      assert.deepEqual([code, out], [2, '']);
      assert.equal(complaints.split('\n').slice(1).join('\n'), `- ${complaint}\n`);
    });
  }

  for (const [what, file, complaint] of [
    ['a file that is not there', '/nowhere/cases.json', /it cannot be read \(ENOENT\)/],
    ['what is not JSON', textFile('{'), /the file is not JSON/],
    ['no object', textFile('[]'), /the file: give an object with policy, cases/],
  ] as const) {
    it(`is 2 for ${what}`, async () => {
      const { code, complaints } = await command(['policy', 'test', file]);
      assert.equal(code, 2);
      assert.match(complaints, complaint);
    });
  }

  it('is 2 for a policy that is not there', async () => {
    const { code, complaints } = await test([good], { policy: 'nowhere.cedar' });
    assert.equal(code, 2);
    assert.match(complaints, /- policy: no file can be read at .*nowhere\.cedar \(ENOENT\)\.\n$/);
  });
});
