import type { Secret, SecretVersion } from '../world.ts';

/** The version a get without a version answers: the one created last. */
export function latestVersion({ versions }: Secret): SecretVersion | undefined {
  return versions.reduce<SecretVersion | undefined>(
    (latest, version) => (latest && latest.createdAt > version.createdAt ? latest : version),
    undefined,
  );
}

/** A secret with its value, as `get` answers it. */
export function secretBundle(origin: string, secret: Secret, version: SecretVersion) {
  const previous = secret.versions[secret.versions.indexOf(version) - 1];
  return {
    value: version.value,
    ...versionItem(origin, secret, version),
    ...(previous ? { previousVersion: previous.version } : {}),
  };
}

/** A version as the list of versions shows it: no value. */
export function versionItem(origin: string, secret: Secret, version: SecretVersion) {
  return item(`${origin}/secrets/${secret.name}/${version.version}`, secret, version);
}

/** A secret as the list of secrets shows it: no value, and an id without a version. */
export function secretItem(origin: string, secret: Secret, version: SecretVersion) {
  return item(`${origin}/secrets/${secret.name}`, secret, version);
}

/** A soft-deleted secret as `get` answers it: which version was the last, and until when it can be recovered. */
export function deletedBundle(origin: string, secret: Secret, version: SecretVersion) {
  return { ...deletedItem(origin, secret, version), id: versionItem(origin, secret, version).id };
}

/** A soft-deleted secret as the list of them shows it. */
export function deletedItem(origin: string, secret: Secret, version: SecretVersion) {
  return {
    recoveryId: `${origin}/deletedsecrets/${secret.name}`,
    deletedDate: seconds(secret.deletedAt),
    scheduledPurgeDate: seconds(secret.scheduledPurgeAt),
    ...secretItem(origin, secret, version),
  };
}

function item(id: string, secret: Secret, version: SecretVersion) {
  const { contentType, enabled, notBefore, expiresAt, createdAt, updatedAt, tags = {} } = version;
  return {
    ...(contentType === undefined ? {} : { contentType }),
    id,
    ...(secret.managed ? { managed: true } : {}),
    attributes: {
      enabled,
      ...(notBefore === undefined ? {} : { nbf: seconds(notBefore) }),
      ...(expiresAt === undefined ? {} : { exp: seconds(expiresAt) }),
      created: seconds(createdAt),
      updated: seconds(updatedAt),
      recoveryLevel: 'Recoverable+Purgeable',
      recoverableDays: 90,
    },
    tags,
  };
}

function seconds(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Math.floor(Date.parse(time) / 1000);
}
