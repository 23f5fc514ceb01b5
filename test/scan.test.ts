import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deprecatedIn, exitCodeOf, freshness, verdictOf } from '../image/verdict.ts';

const SEVERITIES = { info: 0, low: 0, moderate: 0, high: 0, critical: 0 };

const REFUSED = JSON.stringify({ error: { code: 'E403', summary: '403 Forbidden' } });

describe('npm run scan', () => {
  it('names each vulnerable package, with its severity', () => {
    const found = {
      auditReportVersion: 2,
      vulnerabilities: {
        leftover: { name: 'leftover', severity: 'high', range: '<1.2.3', fixAvailable: true },
        parser: { name: 'parser', severity: 'low', range: '*', fixAvailable: false },
      },
      metadata: { vulnerabilities: { ...SEVERITIES, low: 1, high: 1, total: 2 } },
    };
    assert.deepEqual(verdictOf(JSON.stringify(found)), {
      state: 'found',
      told: 'VULNERABLE: leftover <1.2.3 (high, a fix is there), parser * (low)',
    });
  });

  it('says that there is none where the registry says so', () => {
    const none = {
      auditReportVersion: 2,
      vulnerabilities: {},
      metadata: { vulnerabilities: { ...SEVERITIES, total: 0 } },
    };
    assert.deepEqual(verdictOf(JSON.stringify(none)), { state: 'none', told: 'no known vulnerability' });
  });

  for (const [what, printed, why] of [
    [
      'a registry that takes no questions',
      '{"message":"405 Method Not Allowed - POST https://registry.example/-/npm/v1/security/advisories/bulk","statusCode":405}',
      '405 Method Not Allowed',
    ],
    [
      'a registry that is away',
      '{"message":"request failed, reason: connect ECONNREFUSED"}',
      'request failed, reason: connect ECONNREFUSED',
    ],
    ['no answer at all', '', 'npm audit gave no report'],
    ['a report without a count', '{"vulnerabilities":{}}', 'npm audit gave no report'],
  ] as const) {
    it(`says aloud that it was skipped, never that it is good, with ${what}`, () => {
      const told = `SKIPPED: nobody has looked for vulnerabilities: ${why}.`;
      assert.deepEqual(verdictOf(printed), { state: 'skipped', told });
    });
  }

  for (const [states, isSkippingAllowed, code] of [
    [['none', 'none'], false, 0],
    [['none', 'found'], false, 1],
    [['skipped', 'skipped'], false, 3],
    [['none', 'skipped'], false, 3],
    [['skipped', 'skipped'], true, 0],
    [['skipped', 'found'], true, 1],
  ] as const) {
    it(`exits with ${code} where it is ${states.join(' and ')}${isSkippingAllowed ? ', with --allow-skipped' : ''}`, () => {
      const verdicts = states.map((state) => ({ state, told: '' }));
      assert.equal(exitCodeOf(verdicts, { isSkippingAllowed }), code);
    });
  }

  it('compares Node with the newest of its line by number, not by letter', () => {
    const releases = JSON.stringify(['24.9.0', '24.21.0', '24.10.1']);
    assert.deepEqual(
      [
        freshness('v24.21.0', releases),
        freshness('v24.10.1', releases),
        freshness('v24.9.0', ''),
        freshness('v24.9.0', REFUSED),
      ],
      [
        'v24.21.0, the newest of its line',
        'v24.10.1 is OLD: 24.21.0 is out',
        'v24.9.0; SKIPPED: the registry does not say which is the newest',
        'v24.9.0; SKIPPED: the registry does not say which is the newest',
      ],
    );
  });

  it('names locked packages that their authors have withdrawn', () => {
    const locked = { '': {}, 'node_modules/a': {}, 'node_modules/a/node_modules/@x/b': { deprecated: 'use c' } };
    assert.deepEqual(deprecatedIn(locked), ['@x/b']);
  });
});
