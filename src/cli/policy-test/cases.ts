import { checked } from '../../azure/name.ts';
import type { Caller } from '../../caller.ts';
import { GatewayError } from '../../errors.ts';
import { ACTIONS, APPLIES_TO, RESOURCE_TYPES, type ResourceType } from '../../policy/model.ts';
import type { Action, Resource } from '../../policy.ts';
import { readCaller } from './caller.ts';
import { type Reading, reading } from './reading.ts';

export interface Case {
  readonly name: string;
  readonly caller: Caller;
  readonly action: Action;
  readonly resource: Resource;
  readonly expect: 'allow' | 'deny';
}

export interface CaseFile {
  /** The Cedar file, beside this one; undefined: the one that the gateway would use. */
  readonly policy: string | undefined;
  readonly cases: readonly Case[];
}

/** Thrown with every complaint about the file at once, each with the path to what is wrong. */
export class MalformedError extends Error {
  readonly complaints: readonly string[];
  constructor(complaints: readonly string[]) {
    super(complaints.join('\n'));
    this.complaints = complaints;
  }
}

export function readCases(text: string): CaseFile {
  const complaints: string[] = [];
  const file = reading(parsed(text), complaints).fields(['policy', 'cases']);
  const policy = file?.policy?.value === undefined ? undefined : file.policy.text();
  const items = file?.cases?.items();
  if (items?.length === 0) file?.cases?.complain('there is none.');
  const cases = items?.flatMap((item) => readCase(item) ?? []) ?? [];
  if (complaints.length > 0) throw new MalformedError(complaints);
  return { policy, cases };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MalformedError([`the file is not JSON: ${(error as Error).message}.`]);
  }
}

function readCase(item: Reading): Case | undefined {
  const fields = item.fields(['name', 'caller', 'action', 'resource', 'expect']);
  if (!fields) return undefined;
  const name = fields.name?.text();
  const caller = fields.caller && readCaller(fields.caller);
  const action = fields.action?.oneOf(ACTIONS);
  const resource = fields.resource && readResource(fields.resource);
  const expect = fields.expect?.oneOf(['allow', 'deny']);
  if (!name || !caller || !action || !resource || !expect) return undefined;
  // Decided it would be a denial, which a case that expects one would be content with.
  const types = APPLIES_TO[action];
  if (!types.includes(resource.type)) {
    return fields.action?.complain(`${action} is of ${types.join(', ')}, and the resource is a ${resource.type}.`);
  }
  return { name, caller, action, resource, expect };
}

type Names = Readonly<Record<string, (value: string) => string>>;

const NAMES: Readonly<Record<ResourceType, Names>> = {
  Subscription: { subscriptionId: checked.subscriptionId },
  ResourceGroup: { subscriptionId: checked.subscriptionId, name: checked.groupName },
  Vault: { name: checked.vaultName },
  Secret: { vault: checked.vaultName, name: checked.secretName },
};

function readResource(resource: Reading): Resource | undefined {
  const { value } = resource;
  const named = typeof value === 'object' && value !== null ? Reflect.get(value, 'type') : undefined;
  const type = RESOURCE_TYPES.find((each) => each === named);
  if (!type) return resource.complain(`give an object whose type is one of ${RESOURCE_TYPES.join(', ')}.`);
  const fields = resource.fields(['type', ...Object.keys(NAMES[type])]);
  const name = (field: string) => {
    const text = fields?.[field]?.text();
    return text === undefined || !isName(NAMES[type][field], text, fields?.[field]) ? undefined : text;
  };
  return resourceOf(type, name);
}

function isName(check: Names[string] | undefined, text: string, field: Reading | undefined): boolean {
  try {
    check?.(text);
    return true;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    field?.complain(error.message);
    return false;
  }
}

function resourceOf(type: ResourceType, field: (name: string) => string | undefined): Resource | undefined {
  switch (type) {
    case 'Subscription': {
      const subscriptionId = field('subscriptionId');
      return subscriptionId ? { type, subscriptionId } : undefined;
    }
    case 'ResourceGroup': {
      const [subscriptionId, name] = [field('subscriptionId'), field('name')];
      return subscriptionId && name ? { type, subscriptionId, name } : undefined;
    }
    case 'Vault': {
      const name = field('name');
      return name ? { type, name } : undefined;
    }
    case 'Secret': {
      const [vault, name] = [field('vault'), field('name')];
      return vault && name ? { type, vault, name } : undefined;
    }
  }
}
