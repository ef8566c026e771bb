import type { BatchRequest } from '../contracts/batch.ts'
import { planRunUpTo } from './record/run.ts'
import type { BatchState } from './record/state.ts'

/**
 * A batch as it stands, gone as far as the request says; one that says less changes nothing. Pure.
 * @param runId of the run, should it begin
 */
export function extendRun(state: BatchState, said: BatchRequest, runId: string): BatchState {
  const run = planRunUpTo(said.run, state.run, runId)
  return { ...state, request: { ...said, run: run?.upTo ?? said.run }, ...(run && { run }) }
}
