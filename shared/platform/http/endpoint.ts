import type * as z from 'zod'
import type { ErrorCode } from '../../contracts/errors.ts'
import type { SessionWorker } from '../../contracts/worker.ts'
import type { Permission } from '../aws/permissions.ts'
import type { Ports } from '../ports.ts'
import type { EndpointScope } from '../tokens/token.ts'
import type { Reply } from './reply.ts'

/**
 * Verifies the session of a worker.
 * @param session the whole bearer token
 * @throws AppError `unauthorized`
 */
export type CheckSession = (session: string, ports: Pick<Ports, 'objects' | 'now'>) => Promise<SessionWorker>

/**
 * The declaration of an endpoint, the only place that says these things: the local gateway reads it, and
 * `npm run generate` makes the deployment, the OpenAPI contract and the tables of the documents from it.
 */
export interface Declaration<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Access extends EndpointScope | undefined = EndpointScope | undefined,
> {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** `/v1/batches/{batch}`: each name in braces is a key of `params`. `$default` matches every path without a route. */
  readonly path: string
  /** The operation's name in OpenAPI, and so the method name in generated clients: it never changes. */
  readonly operationId: string
  readonly summary: string
  /** More that a caller should know. A PUT without a description gets one about repeating it. */
  readonly description?: string
  /**
   * The scope that a token must have, or `label` for an endpoint of workers, who have sessions instead; undefined for an
   * endpoint without authentication.
   */
  readonly scope: Access
  /** Returns what verifies the sessions of one function. Required with the scope `label`. */
  readonly sessions?: () => CheckSession
  /**
   * Error codes of this endpoint besides those that follow from its declaration: a scope (`unauthorized`, `forbidden`),
   * an input (`invalid-request`), a body or a response (`payload-too-large`), a body (`unsupported-media-type`), and
   * `internal`, `upstream-failed` and `upstream-timeout` for every endpoint that has outside dependencies.
   */
  readonly refuses: readonly ErrorCode[]
  /**
   * Names of the IAM statements of the function's role, besides those that follow from its declaration: reading tokens
   * (a scope), workers and the key of their sessions (`label`), and the key that seals cursors (`paged`).
   */
  readonly permissions: readonly Permission[]
  /** Default: 1024. */
  readonly memoryMegabytes?: number
  /** Part of the API documentation, which a deployment may leave out. */
  readonly isPage?: true
  /** Files of the project that are packaged as they are, beside the bundled code. */
  readonly packagedFiles?: readonly string[]
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  /** The largest body in bytes. Default: 1 MiB. */
  readonly maxBodyBytes?: number
  /** The schema of the JSON body for each status below 400; undefined when the response has no JSON body. */
  readonly answers: Readonly<Record<number, z.ZodType | undefined>>
  /** Media types of a 200 response that is not JSON; its schema is undefined then. */
  readonly produces?: readonly string[]
}

/**
 * The declaration of a list: a GET that returns a page of items. Its query has `limit` and `cursor`, and its 200 response
 * `items` and `nextCursor`.
 */
export interface ListDeclaration<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Item extends z.ZodType,
  Access extends EndpointScope | undefined = EndpointScope | undefined,
> extends Omit<Declaration<Params, Query, z.ZodUndefined, Access>, 'method' | 'body' | 'answers' | 'produces'> {
  readonly method: 'GET'
  /** The schema of an item, with an id. */
  readonly paged: Item
  /** Optional fields of a page besides `items` and `nextCursor`. */
  readonly pageFields?: z.ZodRawShape
  /** Default: `PageQuery`. A list with filters extends it. */
  readonly query?: Query
}

/** A request whose parts were accepted by their schemas. */
export interface Input<Params, Query, Body> {
  /** As requested, so that `$default` knows which method and path it was called with. */
  readonly method: string
  readonly path: string
  /** The header of that name, for files that are kept in several encodings. */
  readonly acceptEncoding?: string | undefined
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** Who called an endpoint with the scope `label`. */
  readonly worker?: SessionWorker
}

/** What the input of an endpoint has besides, by its scope. */
export type CallerInput<Access> = Access extends 'label' ? { readonly worker: SessionWorker } : unknown

/** An endpoint: its declaration, and the function that handles a request with the ports it needs. */
export interface Endpoint<Needed = Ports> extends Declaration<z.ZodType, z.ZodType, z.ZodType> {
  /** The schema of an item of a list. */
  readonly paged?: z.ZodType
  run(input: Input<unknown, unknown, unknown>, ports: Needed): Promise<Reply>
}
