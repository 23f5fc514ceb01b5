import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ResourceGraphClient } from '@azure/arm-resourcegraph';
import { ResourceManagementClient } from '@azure/arm-resources';
import { SecretClient } from '@azure/keyvault-secrets';
import { credentialOf, tokenFor } from '../support/emulator.ts';
import { callTo, type Governed, governedOver, type Kind, outcomeOf } from '../support/governor.ts';
import { bear } from '../support/load.ts';

const CALLERS = 20;
const SECONDS = 60;

// What Azure takes in 60 s: 250 at once and 25 a second; 12 windows of 15; 6 windows of 4,000.
const CEILINGS: Readonly<Record<Kind, number>> = { arm: 1750, 'resource-graph': 180, 'key-vault': 24_000 };

describe('ten times what Azure takes, for 60 s, of 20 equal callers', () => {
  for (const [kind, ceiling] of Object.entries(CEILINGS) as [Kind, number][]) {
    it(`meets no 429, uses nine tenths of the ceiling and serves them alike: ${kind}`, async () => {
      const load = { perSecond: (10 * ceiling) / SECONDS, seconds: SECONDS, callers: CALLERS };
      const governed = governedOver();
      await warmUp(governed, kind);
      const borne = await bear(governed, kind, {
        ...load,
        offer: (caller) => outcomeOf(callTo(governed, kind, governed.readerOf(caller))),
      });
      const bare = governedOver();
      const call = bareCallTo(bare, kind);
      await call();
      await bare.pass(60_000);
      const alone = await bear(bare, kind, { ...load, offer: () => call().then(() => 'ok', codeOf) });
      const { answers, busiest, quietest } = borne;
      console.log(
        [
          `${kind}: ${borne.offered} offered, ceiling ${ceiling}`,
          `governed: ${answers[200]} answers of 200, ${answers[429] ?? 0} of 429; ${busiest} of the busiest caller, ${quietest} of the quietest`,
          `bare SDK: ${alone.answers[200]} answers of 200, ${alone.answers[429] ?? 0} of 429; ${alone.busiest} and ${alone.quietest}`,
        ].join('\n  '),
      );
      assert.equal(answers[429] ?? 0, 0);
      assert.ok((answers[200] ?? 0) >= 0.9 * ceiling);
      assert.ok(busiest <= 1.3 * quietest);
    });
  }
});

describe('others that spend of the same quota', () => {
  // Half of it: 12.5 reads a second, 7 queries at once every 5 s, 2,000 requests in 10 s.
  const halves: Record<
    Kind,
    { perSecond: number; seconds: number; half: number; every: number; least: number; most429: number }
  > = {
    arm: { perSecond: 100, seconds: 60, half: 1.25, every: 100, least: 875, most429: 0 },
    'resource-graph': { perSecond: 30, seconds: 60, half: 7, every: 5000, least: 90, most429: 7 },
    'key-vault': { perSecond: 800, seconds: 20, half: 20, every: 100, least: 4000, most429: 48 },
  };
  for (const [kind, { perSecond, seconds, half, every, least, most429 }] of Object.entries(halves) as [
    Kind,
    (typeof halves)[Kind],
  ][]) {
    it(`leave the rest, of which all is used, at few refusals: ${kind}`, async () => {
      const governed = governedOver();
      await warmUp(governed, kind);
      const other = await otherClientOf(governed, kind);
      const startedAt = governed.clock.now();
      const borne = await bear(governed, kind, {
        ...{ perSecond, seconds, callers: CALLERS },
        offer: (caller) => outcomeOf(callTo(governed, kind, governed.readerOf(caller))),
        beside: async () => {
          if ((governed.clock.now() - startedAt) % every === 0) await other.spend(half);
        },
      });
      const ours = (borne.answers[200] ?? 0) - other.granted();
      const refused = (borne.answers[429] ?? 0) - other.refused();
      console.log(
        `${kind}: ${ours} answers of 200 and ${refused} of 429, beside a client with ${other.granted()} and ${other.refused()}`,
      );
      assert.ok(refused <= most429);
      assert.ok(ours >= least);
    });
  }
});

/** The same calls by the SDK's own clients, which would sleep in earnest before each of their retries: they make none. */
function bareCallTo(governed: Governed, kind: Kind): () => Promise<unknown> {
  const credential = credentialOf(governed.azure);
  const options = { httpClient: governed.bare, retryOptions: { maxRetries: 0 } };
  const { subscriptionId = '' } = governed.clients.defaults;
  if (kind === 'arm') {
    const client = new ResourceManagementClient(credential, subscriptionId, options);
    return () => client.resourceGroups.get('rg-aks-prod');
  }
  if (kind === 'resource-graph') {
    const client = new ResourceGraphClient(credential, options);
    return () => client.resources({ query: 'Resources | project id | limit 1' });
  }
  const client = new SecretClient('https://contoso-vault.vault.azure.net', credential, options);
  return () => client.getSecret('SampleSecret');
}

const codeOf = (error: unknown): string => String((error as { statusCode?: number }).statusCode);

/** Another client of the same identity, which has no governor. */
async function otherClientOf({ azure, clients }: Governed, kind: Kind) {
  const isVault = kind === 'key-vault';
  const identity = azure.world.identities.find((each) => each.kind === 'user-assigned');
  const resource = isVault ? 'https://vault.azure.net' : 'https://management.azure.com';
  const token = await tokenFor(azure, resource, `&client_id=${identity?.clientId}`);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const subscription = `https://management.azure.com/subscriptions/${clients.defaults.subscriptionId}`;
  const requests: Record<Kind, () => Request> = {
    arm: () => new Request(`${subscription}/resourcegroups/rg-aks-prod?api-version=2025-04-01`, { headers }),
    'resource-graph': () =>
      new Request('https://management.azure.com/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01', {
        ...{ method: 'POST', headers, body: '{"query":"Resources | project id | limit 1"}' },
      }),
    'key-vault': () =>
      new Request('https://contoso-vault.vault.azure.net/secrets/SampleSecret?api-version=7.5', { headers }),
  };
  let [due, granted, refused] = [0, 0, 0];
  return {
    granted: () => granted,
    refused: () => refused,
    async spend(calls: number) {
      for (due += calls; due >= 1; due -= 1) {
        const { status } = await azure.fetch(requests[kind]());
        if (status === 200) granted += 1;
        else refused += 1;
      }
    },
  };
}

async function warmUp(governed: Governed, kind: Kind): Promise<void> {
  await callTo(governed, kind, governed.readerOf('first'));
  await governed.pass(60_000);
  governed.azure.clearCalls();
}
