import { type Context, json } from '../service.ts';
import { armError } from './answer.ts';

const MAX_PAGE_SIZE = 1000;

/** One page of a list: `$top` items or the default number, and where the next page is. */
export function armPage<T>(items: readonly T[], toWire: (item: T) => unknown, { url, pageSize }: Context): Response {
  const top = url.searchParams.get('$top');
  if (top !== null && !/^[1-9]\d*$/.test(top)) {
    return armError(400, 'InvalidTopParameter', `The value '${top}' of the $top query parameter is invalid.`);
  }
  const start = startOf(url.searchParams.get('$skiptoken'));
  if (start === null) return armError(400, 'InvalidSkipToken', 'The $skiptoken query parameter is invalid.');
  const end = start + Math.min(top === null ? pageSize : Number(top), MAX_PAGE_SIZE);
  return json(200, {
    value: items.slice(start, end).map(toWire),
    ...(end < items.length ? { nextLink: nextLink(url, end) } : {}),
  });
}

function nextLink(url: URL, start: number): string {
  const parameters = [...url.searchParams].filter(([name]) => name !== '$skiptoken');
  const token = Buffer.from(JSON.stringify({ start })).toString('base64url');
  const query = [...parameters, ['$skiptoken', token]]
    .map(([name = '', value = '']) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  return `${url.origin}${url.pathname}?${query}`;
}

function startOf(skipToken: string | null): number | null {
  if (skipToken === null) return 0;
  const match = Buffer.from(skipToken, 'base64url')
    .toString()
    .match(/^\{"start":(\d+)\}$/);
  return match ? Number(match[1]) : null;
}
