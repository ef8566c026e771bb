import { type Claimant, type Ownership, ownOrElse } from './own-directory.ts'
import { DirectoryInUseError, type Owner } from './owner.ts'

/** The response header by which the S3 server of an owner is recognized. */
export const SERVER_HEADER = 'server'

export const toServerName = (ownerId: string): string => `groundwork-s3/${ownerId}`

/**
 * Takes a directory, or returns the URL of the S3 server of the process that holds it. Waits for a process that is about
 * to start, to answer or to leave.
 * @throws DirectoryInUseError when it has done none of these for twenty seconds; nothing is changed then
 */
export const ownOrReach = (directory: string, claimant: Claimant): Promise<Ownership | string> =>
  ownOrElse(directory, claimant, async (owner, { left }) => {
    if (!owner || owner.isStopping) return undefined
    if (owner.externalS3 !== undefined)
      throw new DirectoryInUseError(
        directory,
        owner,
        `, with another S3 server: AWS_ENDPOINT_URL_S3=${owner.externalS3}`,
      )
    return (await answers(owner, left)) ? owner.s3 : undefined
  })

/** Whether the S3 server of an owner answers in time. That it does not, says nothing about whether the owner lives. */
async function answers({ id, s3 }: Owner, milliseconds: number): Promise<boolean> {
  if (s3 === undefined) return false
  const response = await fetch(s3, { method: 'HEAD', signal: AbortSignal.timeout(Math.ceil(milliseconds)) }).catch(
    () => undefined,
  )
  // The port may belong to another server by now.
  return response?.headers.get(SERVER_HEADER) === toServerName(id)
}
