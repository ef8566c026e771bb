import { lookup as systemLookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { isNativeError } from 'node:util/types'
import { AppError } from '../../contracts/errors.ts'
import { isLoopbackAddress, isPublicAddress } from './address-guard.ts'

/** Resolves a host name to all its addresses; the system's own unless a test brings another. */
export type Resolve = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>

const bySystem: Resolve = (host) => systemLookup(host, { all: true })

/**
 * A `lookup` for `https.request`: resolves once and hands on only addresses that may be called. The connection goes to
 * one of these, so an answer that changes afterwards (DNS rebinding) changes nothing.
 */
export function checkedLookup(allowLoopback: boolean, resolve: Resolve = bySystem): LookupFunction {
  const mayBeCalled = (address: string) => isPublicAddress(address) || (allowLoopback && isLoopbackAddress(address))
  return (host, options, callback) => {
    resolve(host).then(
      (found) => {
        const open = found.filter(({ address }) => mayBeCalled(address))
        const [first] = open
        if (!first) callback(closed(host), '', 0)
        else if (options.all) callback(null, [...open])
        else callback(null, first.address, first.family)
      },
      (error: unknown) => callback(unresolved(host, error), '', 0),
    )
  }
}

/** The address itself is not told: it would let callers look into our network. */
const closed = (host: string) =>
  new AppError('bad-source', `"${host}" has no public address; only hosts on the public internet are called.`)

const unresolved = (host: string, error: unknown) =>
  isNativeError(error) && 'code' in error && error.code === 'ENOTFOUND'
    ? new AppError('bad-source', `There is no host "${host}"; check its spelling.`, [], error)
    : new AppError('upstream-failed', `The name of "${host}" could not be resolved.`, [], error)
