import type { Config } from '../../config.ts';
import { failed, ok, type Row, skipped } from './row.ts';

const WHAT = 'trusted documents';

/** Whether every document of the manifest could be served. The schema is loaded for that alone. */
export async function checkDocuments({ trustedDocumentsFile: file, limits }: Config): Promise<Row> {
  if (file === undefined) return skipped(WHAT, 'TRUSTED_DOCUMENTS is not set: every operation is served');
  const [{ createSchema }, { readTrustedDocuments }] = await Promise.all([
    import('../../graphql/schema.ts'),
    import('../../graphql/trusted-documents.ts'),
  ]);
  try {
    return ok(WHAT, `${file}, ${readTrustedDocuments(file, createSchema(), limits).size} in it`);
  } catch (error) {
    return failed(WHAT, (error as Error).message, 'Write the manifest again from operations that fit the schema.');
  }
}
