import { createHash } from 'node:crypto'
import * as z from 'zod'
import { AppError } from '../errors.ts'
import { startRound } from '../fan-out/round.ts'
import type { Work } from '../fan-out/work.ts'
import type { Ports, RemoteFile } from '../ports.ts'
import { storeStream } from '../store-stream.ts'
import { checkMetadata } from './check-metadata.ts'
import { checkRows } from './check-rows-work.ts'
import { failImport, removeIfOver } from './end-import.ts'
import { fileKey, ImportSubject, importFolder, noteAnnotations, openStored, readPlan } from './import-files.ts'
import { BLOCK_BYTES, type ImportPlan, type PlannedFile, partOf, sliceCuts } from './import-plan.ts'

/** A part that is stored, or why it could not be. */
const PartReceipt = z.object({
  bytes: z.int(),
  /** The stored part's ETag, where the file has several parts. */
  etag: z.string().optional(),
  /** SHA-256 of each 8 MiB block, in hexadecimal. */
  blocks: z.array(z.string()),
  problem: z.string().optional(),
})
type PartReceipt = z.infer<typeof PartReceipt>

const FetchTotals = z.object({
  /** For each chunk, its part's ETag; empty for a file that is one part. */
  etags: z.array(z.string()),
  /** For each chunk, its blocks' hashes. */
  blocks: z.array(z.array(z.string())),
  problems: z.array(z.string()),
})

/** Brings an import's files to S3, a part a chunk. Holds one part in memory. */
export const fetchParts: Work<ImportSubject, PartReceipt, z.infer<typeof FetchTotals>> = {
  name: 'fetch-parts',
  subject: ImportSubject,
  receipt: PartReceipt,
  totals: FetchTotals,
  roundsKey: (subject, config) => `${importFolder(subject, { config })}rounds/fetch`,

  runChunk: async (subject, chunk, _before, ports) => {
    const plan = await readPlan(subject, ports)
    const { file, part } = partOf(plan, chunk)
    const opened = await ports.files.open(file.uri, file.etag)
    return file.ranged ? fetchPart(subject, plan, file, part, opened, ports) : fetchStream(subject, file, opened, ports)
  },

  giveUp: async (_subject, _chunk, _before, reason) => ({ bytes: 0, blocks: [], problem: reason }),

  total: (receipts) => {
    const inOrder = [...receipts.values()]
    return {
      etags: inOrder.map(({ etag = '' }) => etag),
      blocks: inOrder.map(({ blocks }) => blocks),
      problems: inOrder.flatMap(({ problem }) => problem ?? []),
    }
  },

  follow: async (subject, { etags, blocks, problems }, ports) => {
    const [problem] = problems
    if (problem !== undefined) return failImport(subject, { code: 'bad-source', detail: problem, errors: [] }, ports)
    if (await removeIfOver(subject, ports)) return undefined
    const plan = await readPlan(subject, ports)
    for (const file of plan.files) await complete(subject, file, etags, ports)
    const fault = await checkMetadata(subject, plan, ports)
    if (fault) return failImport(subject, fault, ports)
    const { size, etag } = await openStored(fileKey(subject, 'annotations', ports), ports)
    await noteAnnotations(subject, { bytes: size, etag, contentHash: contentHash(plan, blocks) }, ports)
    const slices = [...Array(sliceCuts(size).length - 1).keys()]
    await startRound({ work: checkRows, subject, round: 1 }, slices, ports)
    await removeIfOver(subject, ports)
    return undefined
  },

  cleanUp: async (subject, ports) => void (await removeIfOver(subject, ports)),
}

async function fetchPart(
  subject: ImportSubject,
  { partBytes }: ImportPlan,
  { source, size = 0, uploadId }: PlannedFile,
  part: number,
  { ranges }: RemoteFile,
  ports: Ports,
): Promise<PartReceipt> {
  if (ranges?.size !== size)
    throw new AppError('source-changed', `${source} changed while it was imported; import again.`)
  const bytes = await ranges.read(part * partBytes, Math.min((part + 1) * partBytes, size))
  const key = fileKey(subject, source, ports)
  const receipt = { bytes: bytes.length, blocks: blockHashes(bytes) }
  if (uploadId !== undefined) return { ...receipt, etag: await ports.uploads.part(key, uploadId, part + 1, bytes) }
  await ports.objects.put(key, bytes)
  return receipt
}

async function fetchStream(
  subject: ImportSubject,
  { source, size }: PlannedFile,
  opened: RemoteFile,
  ports: Ports,
): Promise<PartReceipt> {
  const blocks: string[] = []
  const bytes = await storeStream(fileKey(subject, source, ports), opened.stream(), ports, (block) =>
    blocks.push(...blockHashes(block)),
  )
  if (size !== undefined && bytes !== size)
    throw new AppError('upstream-failed', `${source} ended after ${bytes} of ${size} bytes.`)
  return { bytes, blocks }
}

function blockHashes(bytes: Uint8Array): string[] {
  const hashes: string[] = []
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES)
    hashes.push(
      createHash('sha256')
        .update(bytes.subarray(at, at + BLOCK_BYTES))
        .digest('hex'),
    )
  return hashes
}

/** Joins a file's parts; done already by somebody else is as good. */
async function complete(
  subject: ImportSubject,
  { source, uploadId, firstChunk, parts, size }: PlannedFile,
  etags: readonly string[],
  ports: Ports,
): Promise<void> {
  if (uploadId === undefined) return
  const key = fileKey(subject, source, ports)
  const own = etags.slice(firstChunk, firstChunk + parts)
  await ports.uploads.complete(key, uploadId, own).catch(async (error: unknown) => {
    const standing = await ports.objects.get(key, { start: 0, end: 1 })
    if (standing?.size !== size) throw error
  })
}

/** SHA-256 over the SHA-256s of the box CSV's 8 MiB blocks: the same file has it in whatever account. */
function contentHash({ files }: ImportPlan, blocks: readonly (readonly string[])[]): string {
  const hash = createHash('sha256')
  for (const { source, firstChunk, parts } of files) {
    if (source !== 'annotations') continue
    for (const block of blocks.slice(firstChunk, firstChunk + parts).flat()) hash.update(block, 'hex')
  }
  return `sha256-${hash.digest('hex')}`
}
