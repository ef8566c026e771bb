import { type AnyRound, readEnd, resumeRound } from '../../shared/platform/fan-out/round.ts'
import type { Ports } from '../../shared/platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../shared/platform/state/corrupt-state.ts'

/** Where a round is: its chunks are being done, what follows it is left to do, or all is done. */
type RoundPhase = 'open' | 'finished' | 'completed' | 'unreadable'

/** Reads where a round is. `unreadable`, which is logged: the end of the round is corrupt. */
async function readPhase(ref: AnyRound, ports: Pick<Ports, 'config' | 'objects' | 'log'>): Promise<RoundPhase> {
  const end = await readOrCorrupt(readEnd(ref, ports))
  if (!end) return 'open'
  if (end instanceof CorruptStateError) {
    ports.log.error('state.corrupt', { key: end.key })
    return 'unreadable'
  }
  const { state, completedAt } = end.value
  return state === 'finished' && completedAt === undefined ? 'finished' : 'completed'
}

/** Sends the message of a round if it is in one of these phases. Returns whether it was sent. */
export async function resumeRoundIn(phases: readonly RoundPhase[], ref: AnyRound, ports: Ports): Promise<boolean> {
  if (!phases.includes(await readPhase(ref, ports))) return false
  await resumeRound(ref, ports)
  return true
}
