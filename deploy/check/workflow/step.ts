import type { Finding } from '../finding.ts';
import type { Place } from '../place.ts';
import { checkInputs } from './input.ts';

const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;
const COMMENTED = /@[0-9a-f]{40} +# v?\d+\.\d+\.\d+$/;

/** A step: an action that is pinned, a command whose failure counts, a secret that is held elsewhere. `text` is the file, with its comments. */
export function checkStep(step: Place, text: string): Finding[] {
  const isFailing = step.at('continue-on-error');
  return [
    ...(step.at('uses').has() ? checkAction(step, text) : checkRun(step.at('run'))),
    ...(isFailing.value === true ? [isFailing.wrong("its failure would be nobody's: take it away.")] : []),
    ...(/^(?:\$\{\{ *)?false\b/.test(String(step.at('if').value)) ? [step.at('if').wrong('it never runs.')] : []),
    ...checkInputs(step),
    ...['password', 'token']
      .map((name) => step.at('with', name))
      .filter((secret) => secret.has() && !/^\$\{\{ *(?:secrets|github)\./.test(secret.text() ?? ''))
      .map((secret) => secret.wrong('everybody who reads this has it: give a secret of the repository.')),
  ];
}

function checkRun(run: Place): Finding[] {
  const text = run.text() ?? '';
  return [
    ...checkRoot(run),
    ...(/\|\|\s*(?:true|:)\s*$/m.test(text) ? [run.wrong("its failure would be nobody's: take || true away.")] : []),
    ...(/\b(?:curl|wget)\b[^\n]*\|\s*(?:sudo\s+)?(?:ba)?sh\b/.test(text)
      ? [run.wrong('what it fetches may be another tomorrow: install what is pinned.')]
      : []),
    ...(/\bnpm (?:install|i)\b/.test(text)
      ? [run.wrong('it may take other versions than the lockfile: give npm ci.')]
      : []),
  ];
}

// Each on a runner whose user is not root; what asks for root itself (.ci/deploy) is not among them.
const WANTS_ROOT = /\b(?:npm run image:verify|node image\/verify\.ts|\.ci\/run)\b/;
const AS_ROOT = /^sudo --preserve-env env "PATH=\$PATH" /;

function checkRoot(run: Place): Finding[] {
  const lines = (run.text() ?? '').split('\n').map((line) => line.trim());
  const isRefused = lines.some((line) => WANTS_ROOT.test(line) && !AS_ROOT.test(line));
  return isRefused
    ? [run.wrong('it wants root, which a runner is not: begin it with sudo --preserve-env env "PATH=$PATH".')]
    : [];
}

function checkAction(step: Place, text: string): Finding[] {
  const uses = step.at('uses');
  const action = uses.text() ?? '';
  const lines = text.split('\n').filter((line) => line.includes(action));
  const keeps = step.at('with', 'persist-credentials');
  return [
    ...(PINNED.test(action) ? [] : [uses.wrong(`"${action}" may change: pin it to a commit.`)]),
    ...(PINNED.test(action) && !lines.every((line) => COMMENTED.test(line))
      ? [uses.wrong('say its version in a comment behind it.')]
      : []),
    ...(action.startsWith('actions/checkout@') && keeps.value !== false
      ? [keeps.wrong('give false: no later step needs the token.')]
      : []),
  ];
}
