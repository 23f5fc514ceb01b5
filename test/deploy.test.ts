import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkFolder } from '../deploy/check/check.ts';
import { printed } from '../deploy/check/finding.ts';
import { placeOf } from '../deploy/check/place.ts';
import { READ_BY_OPENTELEMETRY } from '../deploy/check/process.ts';
import { checkNames } from '../deploy/check/settings.ts';
import { defaultPolicy } from '../src/policy/default.ts';
import * as sdk from '../src/telemetry/sdk.ts';
import { foundIn } from './support/seeded.ts';

const read = (file: string): string => readFileSync(file, 'utf8');

describe('what is deployed', () => {
  it('is right in every file', async () => {
    const findings = [...(await checkFolder('deploy')), ...(await checkFolder('.github'))];
    assert.deepEqual(findings.map(printed), []);
  });

  it('is checked by a command, a line each thing that is wrong', async () => {
    const wrong = { file: 'base/service.yaml', from: 'ClusterIP', to: 'NodePort' };
    let answer: { status: number | null; stdout: string } | undefined;
    await foundIn('deploy/aks', wrong, (copy) => {
      const { status, stdout } = spawnSync(process.execPath, ['deploy/check/main.ts', copy], { encoding: 'utf8' });
      answer = { status, stdout: stdout.replaceAll(`${copy}/`, '') };
      return [];
    });
    const message = 'it is in the clear outside the cluster: give ClusterIP, and an ingress with TLS.';
    assert.deepEqual(answer, { status: 1, stdout: `base/service.yaml: spec.type: ${message}\n` });
  });

  it('is checked in several folders by one command', () => {
    const copy = mkdtempSync(join(tmpdir(), 'gateway-two-folders-'));
    cpSync('.github', join(copy, '.github'), { recursive: true });
    const folders = ['.github', join(copy, '.github')];
    const { status, stdout } = spawnSync(process.execPath, ['deploy/check/main.ts', ...folders], { encoding: 'utf8' });
    rmSync(copy, { recursive: true });
    assert.deepEqual({ status, stdout }, { status: 0, stdout: '' });
  });

  it('has no setting that .env.example does not have, whichever way it is read', () => {
    const names = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name = '']) => name);
    const place = placeOf('.env.example', undefined);
    const settings = new Map(names.map((name) => [name, { value: 'given', place, isSecret: true }]));
    assert.deepEqual(checkNames(settings, place).map(printed), []);
  });

  it("takes what OpenTelemetry's SDK reads, and no other name of its kind", () => {
    const read = new Set<string>();
    const env = process.env;
    process.env = new Proxy(env, {
      get(target, name) {
        if (String(name).startsWith('OTEL_')) read.add(String(name));
        return Reflect.get(target, name);
      },
    });
    new sdk.BatchSpanProcessor({ exporter: new sdk.OTLPTraceExporter() });
    sdk.defaultResource().merge(sdk.detectResources({ detectors: [sdk.envDetector] }));
    process.env = env;
    assert.deepEqual([...read].toSorted(), READ_BY_OPENTELEMETRY.toSorted());
  });

  it('trusts a service account of an overlay that has its own, and no longer the shipped one', async () => {
    const renamed = { file: 'aks/base/service-account.yaml', from: 'name: azure-graphql-gateway', to: 'name: gateway' };
    const found = await foundIn('deploy', renamed, checkFolder);
    assert.deepEqual(
      found.filter((line) => line.startsWith('azure/')).map((line) => line.replace(/.*the identity is to trust/, '')),
      Array(2).fill(' system:serviceaccount:azure-graphql-gateway:gateway, and no other.'),
    );
  });

  it('trusts the service account that the manifests make, and no other', () => {
    const [, name, namespace] =
      /name: (\S+)\n\s+namespace: (\S+)/.exec(read('deploy/aks/base/service-account.yaml')) ?? [];
    const subject = `system:serviceaccount:${namespace}:${name}`;
    for (const file of ['deploy/azure/identity.sh', 'deploy/azure/identity.json']) {
      assert.deepEqual(read(file).match(/system:serviceaccount:[\w:-]+/g), [subject]);
    }
  });

  it('scales and tells of what docs/scaling.md says', () => {
    const [, cores, percent, millicores, lag] =
      /CPU stays above ([\d.]+) of a core.*?\((\d+) % of the (\d+)m .*?_p99_seconds` above ([\d.]+),/s.exec(
        read('docs/scaling.md'),
      ) ?? [];
    assert.equal(Number(cores), (Number(percent) / 100) * (Number(millicores) / 1000));
    assert.match(
      read('deploy/aks/base/horizontal-pod-autoscaler.yaml'),
      new RegExp(`averageUtilization: ${percent}\n`),
    );
    assert.match(read('deploy/aks/base/deployment.yaml'), new RegExp(`cpu: ${millicores}m\n`));
    assert.match(read('deploy/observability/alerts.yaml'), new RegExp(`nodejs_eventloop_lag_p99_seconds > ${lag} `));
  });

  for (const file of ['aks/base/policy.cedar', 'aks/overlay.sh']) {
    it(`names a role that the application does not have (${file})`, async () => {
      const wrong = { file, from: 'Role::"Secret.Reader"', to: 'Role::"Secrets.Reader"' };
      const found = await foundIn('deploy', wrong, checkFolder);
      const message = 'no token has the role "Secrets.Reader": app-roles.json has Estate.Reader, Secret.Reader.';
      assert.deepEqual(
        found.map((line) => line.replace(/: line \w+/, '')),
        [`${file}: ${message}`],
      );
    });
  }

  it('has the app roles that the default policy and the pages speak of', () => {
    const roles: { value: string }[] = JSON.parse(read('deploy/azure/app-roles.json'));
    const names = roles.map(({ value }) => value).toSorted();
    const pages = ['README.md', 'docs/access-policy.md', 'docs/deploying.md', 'deploy/azure/grant.sh'];
    for (const text of [defaultPolicy('contoso-vault'), ...pages.map(read)]) {
      assert.deepEqual([...new Set(text.match(/\b(?:Estate|Secret)\.[A-Z]\w+/g))].toSorted(), names);
    }
  });
});
