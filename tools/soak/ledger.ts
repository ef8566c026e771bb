import type { Passing } from './proxy.ts'

/** What the S3 server was asked to write and did, as the one who stands before it sees. */
export interface Ledger {
  note(request: Passing, status: number): void
  /** Receipts and ends of rounds, and copies of one batch, that were made more than once and not removed between. */
  twice(): string[]
}

/** A ledger of the working bucket. */
export function openLedger(bucket: string): Ledger {
  const made = new Map<string, number>()
  const forget = (key: string): void => {
    for (const name of made.keys()) if (name === key || name.startsWith(`${key} of `)) made.delete(name)
  }
  return {
    note: ({ method, path, headers, body }, status) => {
      if (status !== 200) return
      if (method === 'POST' && path.endsWith('?delete')) {
        for (const [, key = ''] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) forget(key)
        return
      }
      if (method !== 'PUT') return
      const key = decodeURIComponent(path.split('?')[0] ?? '').slice(`/${bucket}/`.length)
      const owner = headers['x-amz-meta-groundwork-batch']
      const isMadeOnce = /\/\d+\.json$/.test(key) && headers['if-match'] === undefined
      const name = headers['x-amz-copy-source'] ? `${key} of ${owner}` : key
      if (headers['x-amz-copy-source'] || isMadeOnce) made.set(name, (made.get(name) ?? 0) + 1)
    },
    twice: () => [...made].filter(([, times]) => times > 1).map(([name, times]) => `${name} was made ${times} times`),
  }
}
