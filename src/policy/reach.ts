import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { CheckedPolicy } from './check.ts';
import { ACTIONS, type Action } from './model.ts';
import { at, entitiesAmong, objectsIn } from './names.ts';

/** What the gateway's identity needs so that it can read all that the policies grant. */
export interface Reach {
  /** Whether any policy grants anything of the estate. */
  readonly estate: boolean;
  /** The vaults that a policy names by name, in lower case. */
  readonly vaults: readonly string[];
  /** Which actions on the secrets of this vault some policy grants: one that names it, or one that names no vault. */
  actionsIn(vault: string): readonly Action[];
}

/** By what the permits say alone: a `forbid` names what nobody reads. */
export function reachOf(policies: readonly CheckedPolicy[]): Reach {
  const permits = policies
    .filter(({ json }) => json.effect === 'permit')
    .map(({ json }) => ({ actions: actionsOf(json), vaults: vaultsOf(json) }));
  return {
    estate: permits.some(({ actions }) => actions.includes('readEstate')),
    vaults: [...new Set(permits.flatMap(({ vaults }) => vaults))].sort(),
    actionsIn: (vault) =>
      permits
        .filter(({ vaults }) => vaults.length === 0 || vaults.includes(vault))
        .flatMap(({ actions }) => actions)
        .filter((action) => action !== 'readEstate'),
  };
}

function actionsOf({ action }: PolicyJson): readonly Action[] {
  if (action.op === 'All') return ACTIONS;
  const named = entitiesAmong(objectsIn(action)).map(({ id }) => id);
  return ACTIONS.filter((each) => named.includes(each));
}

function vaultsOf({ resource, conditions }: PolicyJson): string[] {
  const nodes = [resource, ...conditions.filter(({ kind }) => kind === 'when')].flatMap(objectsIn);
  const entities = entitiesAmong(nodes).flatMap(({ type, id }) => {
    if (type === 'Vault') return [id];
    return type === 'Secret' ? [id.split('/', 1).join()] : [];
  });
  return [...entities, ...nodes.flatMap(comparedVault)];
}

/** The text that `resource.vault` is compared with. */
function comparedVault(node: object): string[] {
  const [left, right] = [at(node, '==', 'left'), at(node, '==', 'right')];
  const sides = [
    [left, right],
    [right, left],
  ];
  return sides.flatMap(([attribute, literal]) => {
    const value = at(literal, 'Value');
    return at(attribute, '.', 'attr') === 'vault' && typeof value === 'string' ? [value] : [];
  });
}
