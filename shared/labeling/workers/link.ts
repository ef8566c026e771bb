import { createHash, randomBytes } from 'node:crypto'
import type { Ports } from '../../platform/ports.ts'
import { createState, discardState } from '../../platform/state/record.ts'
import type { WorkerState } from './state.ts'
import { linkRef } from './store.ts'

const SECRET_BYTES = 32
/** Of the secret in base64url. */
const SECRET_CHARACTERS = 43

/** Returns the secret of a new link: 32 random bytes in base64url, 43 characters. */
export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url')

/** Returns the SHA-256 of a text in hexadecimal digits. Pure. */
export const hashText = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

/** Returns the hash of a secret, which may have the rest of its link before it. Pure. */
export const hashSecret = (secret: string): string => hashText(secret.slice(-SECRET_CHARACTERS))

/**
 * Returns the link with a secret. The secret is in the fragment, which browsers send to no server, so no log has it. Pure.
 * @param apiUrl the API's base URL, such as `https://host`; without it the link is a path
 */
export const toLink = (secret: string, apiUrl: string | undefined): string =>
  `${apiUrl?.replace(/\/+$/, '') ?? ''}/label#w.${secret}`

/** Stores whose secret it is. Written before the worker's record names it, so that a link that is known can be opened. */
export const storeLink = async (
  { worker, id }: Pick<WorkerState, 'worker' | 'id'>,
  sha256: string,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<void> => {
  await createState(linkRef(sha256), { sha256, worker, id }, ports)
}

export const removeLink = (sha256: string, ports: Pick<Ports, 'objects'>): Promise<void> =>
  discardState(linkRef(sha256), ports)
