import { checkedCursor } from './cursor.ts';
import { checked } from './name.ts';
import { checkedSize } from './page.ts';
import { parsePath } from './property-path.ts';
import { nonEmpty } from './resource-graph/filter.ts';

/**
 * Looks at an argument of a list or a resource before anything is asked; what is of another type than the contract's is not for it to
 * say. Throws BAD_USER_INPUT.
 */
export function checkArgument(name: string, value: unknown): void {
  if (name === 'first' && typeof value === 'number') checkedSize(value);
  if (name === 'after' && typeof value === 'string') checkedCursor(value);
  if (name === 'path' && typeof value === 'string') parsePath(value);
  if (name !== 'types') return;
  const types = [value].flat().filter((type) => typeof type === 'string');
  if (value != null) nonEmpty(types, 'types').forEach(checked.resourceType);
}
