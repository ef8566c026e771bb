import type * as z from 'zod'
import type { ErrorCode } from '../../contracts/errors.ts'
import type { Ports } from '../ports.ts'
import type { Scope } from '../tokens/token.ts'
import type { Reply } from './reply.ts'

/** What an endpoint is, declared once: the gateway, the deployment and the contract are held against it. */
export interface Declaration<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** `/v1/batches/{batch}`: each name in braces is a key of `params`; `$default` is what no other path matches. */
  readonly path: string
  /** Names the call in the contract, and so in clients made from it: it never changes. */
  readonly operationId: string
  readonly summary: string
  /** What else a caller should know; of a PUT without one, the contract says how it can be repeated. */
  readonly description?: string
  /** What a token must allow; undefined where none is asked for. */
  readonly scope: Scope | undefined
  /**
   * The error codes that this call has besides those that follow from its declaration: a scope (`unauthorized`,
   * `forbidden`), an input (`invalid-request`), a body (`payload-too-large`, `unsupported-media-type`), and `internal`,
   * `upstream-failed` and `upstream-timeout`, which every call has that touches anything outside.
   */
  readonly refuses: readonly ErrorCode[]
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  /** The JSON body's schema for each status below 400; undefined where there is none. */
  readonly answers: Readonly<Record<number, z.ZodType | undefined>>
  /** Media types of the body of a 200 that is no JSON: its schema is undefined then. */
  readonly produces?: readonly string[]
}

/** What a request says, once its schemas have accepted it. */
export interface Input<Params, Query, Body> {
  /** As it was asked for, which tells more than the declaration only for `$default`. */
  readonly method: string
  readonly path: string
  readonly params: Params
  readonly query: Query
  readonly body: Body
}

/** An endpoint: its declaration and what it does, with the ports that it needs. */
export interface Endpoint<Needed = Ports> extends Declaration<z.ZodType, z.ZodType, z.ZodType> {
  run(input: Input<unknown, unknown, unknown>, ports: Needed): Promise<Reply>
}
