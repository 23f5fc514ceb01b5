import { pack } from './pack.ts';
import type { Asset } from './packer.ts';

/** Where the page finds each of its files. */
export type AssetUrls = Readonly<Record<Asset['name'], string>>;

const FILE_NAME = /^[a-z-]+-[0-9a-f]{16}\.(?:js|css)$/;
const NOSNIFF = { 'x-content-type-options': 'nosniff' };

/** The page's files, packed when first asked for and kept compressed. */
export function createAssets(path: string) {
  let packed: Promise<readonly Asset[]> | undefined;

  const all = (): Promise<readonly Asset[]> => {
    packed ??= pack().catch((error: unknown) => {
      packed = undefined;
      throw error;
    });
    return packed;
  };

  return {
    owns: (pathname: string): boolean => pathname.startsWith(`${path}/`),

    urls: async (): Promise<AssetUrls> =>
      // The packer's own type says that every name is among them.
      Object.fromEntries((await all()).map((asset) => [asset.name, `${path}/${asset.file}`])) as AssetUrls,

    answer: async (pathname: string, acceptEncoding: string): Promise<Response> => {
      const file = pathname.slice(path.length + 1);
      const asset = FILE_NAME.test(file) ? (await all()).find((candidate) => candidate.file === file) : undefined;
      return asset ? answerAsset(asset, acceptEncoding) : notFound();
    },
  };
}

function answerAsset(asset: Asset, acceptEncoding: string): Response {
  const headers = {
    ...NOSNIFF,
    'content-type': asset.contentType,
    'cache-control': 'public, max-age=31536000, immutable',
    // A worker obeys the policy of its own file: this one keeps it from calling anybody.
    'content-security-policy': "default-src 'none'",
    vary: 'accept-encoding',
  };
  if (!/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(acceptEncoding)) {
    return new Response(new Blob([asset.gzipped]).stream().pipeThrough(new DecompressionStream('gzip')), { headers });
  }
  return new Response(asset.gzipped, {
    headers: { ...headers, 'content-encoding': 'gzip', 'content-length': String(asset.gzipped.byteLength) },
  });
}

const notFound = (): Response =>
  new Response('No such file. Reload GraphiQL.\n', {
    status: 404,
    headers: { ...NOSNIFF, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  });
