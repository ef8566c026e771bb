import type { Reply } from '../protocol/reply.ts'
import type { S3Request } from '../protocol/request.ts'
import type { Store } from '../storage/store.ts'

/** One thing that S3 can do: reads the request, looks at or changes the store, and answers. */
export type Operation = (request: S3Request, store: Store) => Reply | Promise<Reply>
