import type { ClassSummary } from '../../../shared/contracts/class-summary.ts'
import { type ApiCall, get, toPath, withQuery } from '../frame/calls.ts'
import type { PageContext } from '../frame/page.ts'
import type { ListPage } from '../frame/paged-list.ts'

/** Names of the classes of a dataset by their Open Images ids: a box may be of a subclass of what was asked for. */
export interface ClassNames {
  /** Reads them, the first time. */
  load(dataset: string): void
  /** Undefined while it is not known. */
  find(classId: string): string | undefined
}

/** More than Open Images has. */
const MAX_CLASSES = 1000

/** Returns the call that reads the classes of a dataset. Pure. */
export const toClassesCall = (dataset: string): ApiCall =>
  get(withQuery(`${toPath('datasets', dataset)}/classes`, { limit: MAX_CLASSES }))

/** Makes what finds names of classes. Without an answer of the API there are none, and ids are shown alone. */
export function makeClassNames({ client, redraw, signal }: PageContext): ClassNames {
  let names: ReadonlyMap<string, string> = new Map()
  let isBegun = false
  const read = async (dataset: string): Promise<void> => {
    const { body } = await client.call<ListPage<ClassSummary>>(toClassesCall(dataset), { signal })
    names = new Map(body.items.map(({ classId, className }) => [classId, className]))
    redraw()
  }
  return {
    load: (dataset) => {
      if (isBegun) return
      isBegun = true
      read(dataset).catch(() => {
        isBegun = false
      })
    },
    find: (classId) => names.get(classId),
  }
}
