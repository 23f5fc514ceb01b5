import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Package } from './packages.ts';
import type { Within } from './within.ts';

/** Thrown for what may not be in the build, with a message that names it. */
export class ForbiddenError extends Error {}

// Those that ask for nothing but to be named.
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'Unlicense'];
const FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;
const RULE = '-'.repeat(80);

/** Throws ForbiddenError that names each package whose licence is not one of the list, or none. */
export function checkLicences(packages: readonly Package[]): void {
  const refused = packages.filter(({ license }) => !isAllowed(license));
  if (refused.length === 0) return;
  const named = refused.map(({ name, version, license }) => `${name}@${version} (${license || 'no licence'})`);
  throw new ForbiddenError(
    `The licence of ${named.join(', ')} is not among ${ALLOWED.join(', ')}: replace the package, or have the licence read and add it to build/licence.ts.`,
  );
}

/** Every choice of an `OR` suffices; `AND` binds to all. https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/ */
function isAllowed(expression: string): boolean {
  const choices = expression.replaceAll(/[()]/g, '').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((licence) => ALLOWED.includes(licence.trim())));
}

/** The texts that the licences ask to be handed on, one after the other; alike wherever the packages are. */
export function licenceTexts(
  packages: readonly Package[],
  within: readonly Within[],
  legalComments: readonly string[],
): string {
  const texts = packages.map(({ name, version, license, folder }) => {
    const files = readdirSync(folder).filter((file) => FILE.test(file));
    const text = files.toSorted().map((file) => readFileSync(join(folder, file), 'utf8').trim());
    return [`${name}@${version}: ${license}`, ...text].join('\n\n');
  });
  return `${[...texts, ...within.map(contentsOf), ...legalComments].join(`\n\n${RULE}\n`)}\n`;
}

function contentsOf({ name, parts }: Within): string {
  const lines = parts.map(
    ({ name, version = 'version not told', license = 'licence not told' }) => `${name} (${version}): ${license}`,
  );
  return [`${name} holds, without their licences' texts:`, lines.join('\n')].join('\n\n');
}
