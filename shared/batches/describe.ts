import { readEnd } from '../fan-out/round.ts'
import { badCursor, fromCursor, type Page, type PageRequest, toCursor } from '../http/page.ts'
import type { Ports } from '../ports.ts'
import type { BatchState, BatchView } from './batch.ts'
import { CopyTotals } from './copy-images-work.ts'
import { copyRound } from './copy-progress.ts'
import { batchFolder, findBatch, uriOf } from './store.ts'

/** A batch as the API shows it. */
export async function describeBatch(batch: string, state: BatchState, ports: Ports): Promise<BatchView> {
  const { selection, request, problem } = state
  return {
    batch,
    state: await stateOf(batch, state, ports),
    dataset: request.dataset,
    recipe: state.recipe,
    ...(selection && {
      imageCount: selection.imageCount,
      boxCount: selection.boxCount,
      classes: selection.classes,
      cost: selection.cost,
    }),
    warnings: [...state.warnings, ...(selection?.warnings ?? [])],
    location: uriOf(batchFolder(batch, ports), ports),
    request,
    ...(problem && { problem }),
    createdAt: state.createdAt,
  }
}

/** What the copying has come to decides, once the images are chosen; it is kept with the rounds only. */
async function stateOf(batch: string, state: BatchState, ports: Ports): Promise<BatchView['state']> {
  if (state.state !== 'selected' || !state.selection) return state.state
  const ref = await copyRound(batch, state, ports)
  if (!ref) return 'selected'
  const end = await readEnd(ref, ports)
  if (!end) return 'copying'
  const { copied, present } = CopyTotals.parse(end.value.totals)
  return copied + present === state.selection.imageCount ? 'copied' : 'incomplete'
}

const FOLDER_NAME = /^[^/\p{C}]{1,200}$/u
const NO_BATCH = new Set(['raw', 'augmentation', 'test'])

/** A page of batches, sorted by name as S3 sorts. */
export async function listBatches({ limit, cursor }: PageRequest, ports: Ports): Promise<Page<BatchView>> {
  const prefix = ports.config.dataPrefix
  const after = fromCursor(cursor)
  if (after !== undefined && !FOLDER_NAME.test(after)) throw badCursor()
  const start = after === undefined ? {} : { after: `${prefix}${after}/` }
  const { folders, next } = await ports.objects.list(prefix, { folded: true, limit, ...start })
  const names = folders.map((folder) => folder.slice(prefix.length, -1))
  const items = await Promise.all(
    names.map(async (batch) => {
      const found = NO_BATCH.has(batch) ? undefined : await findBatch(batch, ports)
      return found ? [await describeBatch(batch, found.value, ports)] : []
    }),
  )
  const last = names.at(-1)
  return { items: items.flat(), ...(next !== undefined && last !== undefined && { nextCursor: toCursor(last) }) }
}
