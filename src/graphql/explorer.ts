import type { HttpRequest } from '../http.ts';
import { createAssets } from './explorer/assets.ts';
import { renderPage } from './explorer/page.ts';

/** Both are the operator's paths, such as `/graphql` and `/graphql/assets`; nothing of a request goes into the page. */
export type ExplorerOptions = { readonly endpoint: string; readonly assetsPath: string };

/** GraphiQL for browsers, whole from this origin: the page on `endpoint`, its files below `assetsPath`; undefined: not its request. */
export function createExplorer(options: ExplorerOptions): (request: HttpRequest) => Promise<Response | undefined> {
  const assets = createAssets(options.assetsPath);

  const get = async (request: HttpRequest): Promise<Response | undefined> => {
    const { pathname, searchParams } = new URL(request.url);
    if (assets.owns(pathname)) return assets.answer(pathname, request.headers.get('accept-encoding') ?? '');
    if (pathname !== options.endpoint || searchParams.has('query') || !acceptsHtml(request)) return undefined;
    return renderPage({ endpoint: options.endpoint, urls: await assets.urls() });
  };

  return async (request) => {
    if (request.method === 'GET') return get(request);
    if (request.method !== 'HEAD') return undefined;
    const answer = await get(request);
    await answer?.body?.cancel();
    return answer && new Response(null, answer);
  };
}

const acceptsHtml = (request: HttpRequest): boolean => request.headers.get('accept')?.includes('text/html') ?? false;
