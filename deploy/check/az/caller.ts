import type { Finding } from '../finding.ts';
import { placeOfFlag, type Script } from './command.ts';

/** The application that callers ask tokens for: of this tenant alone, for whom it was assigned to alone, in tokens that the gateway reads. */
export function checkCallers({ commands, text, at }: Script): Finding[] {
  const made = commands.filter(({ name }) => name === 'ad app create');
  const tokens = /requestedAccessTokenVersion\\?": *(\w+)/.exec(text);
  const isAssigned = /\bappRoleAssignmentRequired=true\b/.test(text);
  return [
    ...made
      .filter(({ flag }) => flag('sign-in-audience')?.[0]?.text !== 'AzureADMyOrg')
      .map((command) => placeOfFlag(command, 'sign-in-audience').wrong('give AzureADMyOrg: others come in else.')),
    ...(made.length === 0 || isAssigned
      ? []
      : [at(0).wrong('appRoleAssignmentRequired=true is absent: who has no role gets a token else.')]),
    ...(tokens && tokens[1] !== '2'
      ? [at(tokens.index).wrong("give version 2: the gateway knows no other issuer's tokens.")]
      : []),
  ];
}
