import { createHash } from 'node:crypto';

/** The same guid for the same name on every machine and every day. */
export function guidOf(name: string): string {
  const hex = hexOf(name);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The same 32 hexadecimal digits for the same name: the form of a secret's version. */
export function hexOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}

/** A region as Azure keeps it, `westeurope`, whichever way it was given: `West Europe`. */
export function regionOf(location: string): string {
  return location.replaceAll(' ', '').toLowerCase();
}

/** Azure compares names and ids without regard to case. */
export function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
