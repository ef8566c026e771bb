import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { openWorkStore, type QueuedAnswer, type WorkStore } from '../../../../web/label/work/store.ts'

export const ACCOUNT = 'ann.1'

/** Opens the store of a browser that was never here before. */
export async function openFreshStore(): Promise<WorkStore> {
  globalThis.indexedDB = new IDBFactory()
  return await openWorkStore()
}

/** An answer to a line of the job `dogs`, that there is nothing. */
export function answerTo(line: number, body: Partial<QueuedAnswer['body']> = {}): QueuedAnswer {
  return {
    account: ACCOUNT,
    job: 'dogs',
    block: 'block-1',
    line,
    isTried: false,
    body: { ticket: `ticket-${line}`, submitId: `submit-${line}`, answer: 'empty', activeMilliseconds: 900, ...body },
  }
}
