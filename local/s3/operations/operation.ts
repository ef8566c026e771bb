import type { Reply } from '../protocol/reply.ts'
import type { S3Request } from '../protocol/request.ts'
import type { Store } from '../storage/store.ts'

/** An S3 operation: reads the request, reads or changes the store, and returns a reply. */
export type Operation = (request: S3Request, store: Store) => Reply | Promise<Reply>
