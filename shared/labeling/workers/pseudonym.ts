import { createHash } from 'node:crypto'

const PSEUDONYM_CHARACTERS = 16

/**
 * Returns the name that a worker has everywhere outside of the records of workers: 16 hexadecimal digits, the same for
 * all links that the worker ever had. Pure.
 * @param id of the worker's record
 * @param seat number of the seat, from 1
 */
export const workerPseudonym = (id: string, seat: number): string =>
  createHash('sha256')
    .update(seat === 1 ? id : `${id}:${seat}`)
    .digest('hex')
    .slice(0, PSEUDONYM_CHARACTERS)
