import { lookup as systemLookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { isNativeError } from 'node:util/types'
import { AppError } from '../../contracts/errors.ts'
import { isLoopbackAddress, isPublicAddress } from './ssrf-guard.ts'

/** Resolves a host name to all its addresses. Tests replace it. */
export type Resolve = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>

const systemResolve: Resolve = (host) => systemLookup(host, { all: true })

/**
 * Returns a `lookup` function for `https.request` that resolves a name once and returns only its public addresses. The
 * connection is made to one of these, so a DNS answer that changes afterwards (DNS rebinding) has no effect.
 */
export function checkedLookup(allowLoopback: boolean, resolve: Resolve = systemResolve): LookupFunction {
  const isAllowed = (address: string) => isPublicAddress(address) || (allowLoopback && isLoopbackAddress(address))
  return (host, options, callback) => {
    resolve(host).then(
      (addresses) => {
        const allowed = addresses.filter(({ address }) => isAllowed(address))
        const [first] = allowed
        if (!first) callback(toBlockedError(host), '', 0)
        else if (options.all) callback(null, [...allowed])
        else callback(null, first.address, first.family)
      },
      (error: unknown) => callback(toLookupError(host, error), '', 0),
    )
  }
}

/** The message leaves out the address: it would reveal the deployment's network. */
const toBlockedError = (host: string) =>
  new AppError('bad-source', `Host "${host}" has no public address; only hosts on the public internet are allowed.`)

const toLookupError = (host: string, error: unknown) =>
  isNativeError(error) && 'code' in error && error.code === 'ENOTFOUND'
    ? new AppError('bad-source', `Host "${host}" does not exist; check its spelling.`, [], error)
    : new AppError('upstream-failed', `Host "${host}" could not be resolved.`, [], error)
