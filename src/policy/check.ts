import {
  type DetailedError,
  type PolicyJson,
  policySetTextToParts,
  policyToJson,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import { complaintsAboutEstate } from './estate.ts';
import { SCHEMA } from './model.ts';
import { complaintsAboutNames } from './names.ts';
import { indexOfByte, lineOf, positionOf, type Statement, statementsOf } from './text.ts';

export interface CheckedPolicy {
  /** Its `@id`, unique in its file. */
  readonly id: string;
  readonly text: string;
  /** Where it begins in the file, from one. */
  readonly line: number;
  readonly json: PolicyJson;
}

/** Thrown with every complaint about a policy file at once, each with its line and column. */
export class PolicyError extends Error {
  readonly complaints: readonly string[];
  constructor(complaints: readonly string[]) {
    super(complaints.join('\n'));
    this.name = 'PolicyError';
    this.complaints = complaints;
  }
}

interface Complaint {
  /** In the file. */
  readonly index: number;
  readonly message: string;
}

/** The policies of a Cedar file. Throws PolicyError unless all are valid by the schema, without a warning, and have an id. */
export function checkPolicies(file: string): CheckedPolicy[] {
  const parsed = policySetTextToParts(file);
  if (parsed.type === 'failure') throw refusal(file, complaintsOfCedar(parsed.errors, { text: file, offset: 0 }));
  const read = statementsOf(file).map(readStatement);
  const complaints = read.flatMap((policy) => policy.complaints);
  const policies = read.flatMap(({ statement, json }, nth) => (json ? [identified(statement, json, nth)] : []));
  const all = [...complaints, ...complaintsAboutIds(policies), ...complaintsOfValidation(policies)];
  if (all.length > 0) throw refusal(file, all);
  return policies.map(({ id, statement, json }) => {
    return { id, text: statement.text, line: lineOf(file, statement.offset), json };
  });
}

interface ReadPolicy {
  readonly statement: Statement;
  /** Absent where Cedar refuses the policy, such as a template. */
  readonly json?: PolicyJson;
  readonly complaints: readonly Complaint[];
}

function readStatement(statement: Statement): ReadPolicy {
  const answer = policyToJson(statement.text);
  if (answer.type === 'failure') return { statement, complaints: complaintsOfCedar(answer.errors, statement) };
  const { json } = answer;
  const { text, offset } = statement;
  const complaints = [...complaintsAboutNames(json, text), ...complaintsAboutEstate(json, text)].map(
    ({ index, message }) => ({ index: offset + index, message }),
  );
  return { statement, json, complaints };
}

interface IdentifiedPolicy {
  readonly id: string;
  /** Unique, also where the id is not: what Cedar's messages call the policy. */
  readonly key: string;
  readonly statement: Statement;
  readonly json: PolicyJson;
}

function identified(statement: Statement, json: PolicyJson, nth: number): IdentifiedPolicy {
  const id = json.annotations?.id ?? '';
  return { id, key: `${nth} ${id}`, statement, json };
}

function complaintsAboutIds(policies: readonly IdentifiedPolicy[]): Complaint[] {
  const first = new Map(policies.toReversed().map((policy) => [policy.id, policy]));
  return policies.flatMap((policy) => {
    const index = policy.statement.offset;
    if (policy.id === '') return [{ index, message: 'this policy has no id: write @id("a-name") before it.' }];
    if (first.get(policy.id) === policy) return [];
    return [{ index, message: `a policy above has the @id "${policy.id}" too: give each its own.` }];
  });
}

function complaintsOfValidation(policies: readonly IdentifiedPolicy[]): Complaint[] {
  const staticPolicies = Object.fromEntries(policies.map(({ key, statement }) => [key, statement.text]));
  const answer = validate({ schema: SCHEMA, policies: { staticPolicies } });
  if (answer.type === 'failure') return complaintsOfCedar(answer.errors, { text: '', offset: 0 });
  return [...answer.validationErrors, ...answer.validationWarnings].flatMap(({ policyId, error }) => {
    const policy = policies.find(({ key }) => key === policyId);
    return policy ? complaintsOfCedar([error], policy.statement) : [];
  });
}

/** In Cedar's own words, but for the policy's name: the place says it. */
function complaintsOfCedar(errors: readonly DetailedError[], { text, offset }: Statement): Complaint[] {
  return errors.flatMap(({ message, help, sourceLocations, related }) => {
    const [where] = sourceLocations ?? [];
    const hints = [where?.label, help].filter((words) => words);
    const words = hints.length > 0 ? `${message} (${hints.join('; ')}).` : `${message}.`;
    const index = offset + indexOfByte(text, where?.start ?? 0);
    return [
      { index, message: words.replaceAll(/for policy `.*?`, /gs, '') },
      ...complaintsOfCedar(related ?? [], { text, offset }),
    ];
  });
}

function refusal(file: string, complaints: readonly Complaint[]): PolicyError {
  const sorted = complaints.toSorted((one, other) => one.index - other.index);
  return new PolicyError(sorted.map(({ index, message }) => `ACCESS_POLICY, ${positionOf(file, index)}: ${message}`));
}
