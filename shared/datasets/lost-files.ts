import type { LostFile } from '../contracts/dataset.ts'
import { parseS3Uri, toS3Uri } from '../contracts/s3-uri.ts'
import type { Ports } from '../platform/ports.ts'
import { importFolder, STORED_SOURCES_NAME } from './import/import-files.ts'
import type { CurrentImportState, DatasetState } from './state.ts'

/**
 * Lists the files of the current import that are not as they were imported: one LIST. A file of another ETag counts as
 * changed; one that was restored with the same content is read all the same.
 */
export async function findLostFiles(
  dataset: string,
  { current }: DatasetState,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<LostFile[]> {
  if (!current) return []
  const folder = importFolder({ dataset, importId: current.importId }, ports)
  const { objects } = await ports.objects.list(folder, { folded: true })
  const existing = new Map(objects.map((object) => [object.key, object]))
  return listExpected(current, folder).flatMap(({ key, bytes, etag }): LostFile[] => {
    const found = existing.get(key)
    if (!found) return [{ uri: toS3Uri(key, ports), state: 'gone' }]
    const isSame = (bytes ?? found.size) === found.size && (etag ?? found.etag) === found.etag
    return isSame ? [] : [{ uri: toS3Uri(key, ports), state: 'changed' }]
  })
}

interface ExpectedFile {
  readonly key: string
  readonly bytes?: number
  readonly etag?: string
}

/** Returns the files that the record of an import names, sorted, each once. Those of version 1 are the box file and its index. Pure. */
function listExpected({ annotations, index, files = [] }: CurrentImportState, folder: string): ExpectedFile[] {
  const named = [annotations, ...(index ? [index] : [])].map(({ uri, bytes, etag }) => ({
    key: parseS3Uri(uri).key,
    bytes,
    etag,
  }))
  const pinned = files.map(({ name, bytes, etag }) => ({ key: `${folder}${name}`, bytes, etag }))
  // Not pinned: it says which version of each file was stored.
  const record = { key: `${folder}${STORED_SOURCES_NAME}` }
  const byKey = new Map([...pinned, ...named, record].map((file): [string, ExpectedFile] => [file.key, file]))
  return [...byKey.values()].toSorted((left, right) => (left.key < right.key ? -1 : 1))
}
