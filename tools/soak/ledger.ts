import type { ProxiedRequest } from './proxy.ts'

/** Records the successful writes that pass through the S3 proxy. */
export interface WriteLedger {
  /** Forgets the writes of an object that was damaged: it may be written again. */
  forget(key: string): void
  record(request: ProxiedRequest, status: number): void
  /** Returns the receipts, round totals and copies of a batch that were written more than once without deletion in between. */
  duplicates(): string[]
}

/** Creates a write ledger for the working bucket. */
export function createLedger(bucket: string): WriteLedger {
  const writes = new Map<string, number>()
  const forget = (key: string): void => {
    for (const name of writes.keys()) if (name === key || name.startsWith(`${key} of `)) writes.delete(name)
  }
  return {
    forget,
    record: ({ method, path, headers, body }, status) => {
      if (status !== 200) return
      if (method === 'POST' && /\?delete=?$/.test(path)) {
        for (const [, key = ''] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) forget(key)
        return
      }
      if (method !== 'PUT') return
      const key = decodeURIComponent(path.split('?')[0] ?? '').slice(`/${bucket}/`.length)
      const owner = headers['x-amz-meta-groundwork-batch']
      const isWrittenOnce = /\/\d+\.json$/.test(key) && headers['if-match'] === undefined
      const name = headers['x-amz-copy-source'] ? `${key} of ${owner}` : key
      if (headers['x-amz-copy-source'] || isWrittenOnce) writes.set(name, (writes.get(name) ?? 0) + 1)
    },
    duplicates: () =>
      [...writes].filter(([, times]) => times > 1).map(([name, times]) => `${name} was written ${times} times`),
  }
}
