import { isDeepStrictEqual } from 'node:util'
import type { BatchRequest } from '../contracts/batch.ts'
import { foldName } from '../open-images/fold-name.ts'
import type { BatchState } from './record/state.ts'

type Known = Pick<BatchState, 'request' | 'criteria' | 'datasetSkipImages'>

/**
 * Returns a request in the words of the batch's own, where both say the same: a class by name or by id, a name in any case
 * and Unicode form, and lists whose order and repetitions do not matter. Nothing is looked up: a class is known by what it
 * was resolved to when the batch was created. Pure.
 */
export function useKnownWords(request: BatchRequest, known: Known): BatchRequest {
  const { classNames, skipImages, excludeFlags } = known.request
  const allSkipped = (ids: readonly string[]) => [...known.datasetSkipImages, ...ids]
  return {
    ...request,
    ...(isSameClasses(request.classNames, known) && { classNames }),
    ...(isSameSet(allSkipped(request.skipImages), allSkipped(skipImages)) && { skipImages }),
    ...(isSameSet(request.excludeFlags, excludeFlags) && { excludeFlags }),
  }
}

/** Whether these are the classes of the batch, in its order, as the order decides which class an image counts for. */
function isSameClasses(classNames: readonly string[], { request, criteria: { classes } }: Known): boolean {
  const names = classes.map(({ className }) => foldName(className))
  const isSame = (given: string, index: number): boolean => {
    const name = foldName(given)
    // A name that two classes of the batch have names neither of them.
    const isOwnName = name === names[index] && names.filter((one) => one === name).length === 1
    return isOwnName || name === classes[index]?.classIds[0] || name === foldName(request.classNames[index] ?? '')
  }
  return classNames.length === request.classNames.length && classNames.every(isSame)
}

const isSameSet = (ones: readonly string[], others: readonly string[]): boolean =>
  isDeepStrictEqual(new Set(ones), new Set(others))
