import type { Finding } from '../finding.ts';
import { checkTrust } from '../trust.ts';
import { type Command, placeOfFlag, type Script } from './command.ts';

/** Whom the identity is to trust, and that the vault's secrets are guarded by roles. */
export function checkIdentities({ commands }: Script, subjects: readonly string[]): Finding[] {
  return commands.flatMap((command) => [
    ...(command.name === 'identity federated-credential create' ? checkTrust(trustIn(command), subjects) : []),
    ...(command.name === 'keyvault create' ? checkVault(command) : []),
    ...(command.name === 'keyvault set-policy'
      ? [command.place.wrong('with RBAC an access policy says nothing: assign a role.')]
      : []),
  ]);
}

function trustIn(command: Command) {
  const said = (flag: string) => ({
    place: placeOfFlag(command, flag),
    words: command.flag(flag)?.map(({ text }) => text) ?? [],
  });
  return { issuer: said('issuer'), subject: said('subject'), audiences: said('audiences') };
}

function checkVault(command: Command): Finding[] {
  const isRbac = command.flag('enable-rbac-authorization')?.[0]?.text === 'true';
  return isRbac
    ? []
    : [
        placeOfFlag(command, 'enable-rbac-authorization').wrong(
          'give true: the roles that are assigned here count with RBAC alone.',
        ),
      ];
}
