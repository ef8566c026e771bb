import type { Ports } from '../../../platform/ports.ts'
import { DEFAULT_SETTINGS, type Skills } from '../consolidation/settings.ts'
import { sum } from '../consolidation/weights.ts'
import { againLabelsKey } from '../folders.ts'
import {
  type LineToWrite,
  type ResultLine,
  type ResultRules,
  readShardLines,
  type ShardResult,
  toResultLine,
  writePart,
} from '../result/shard-result.ts'
import { readClosedShard } from '../shard.ts'
import type { Work } from '../work.ts'
import { addChanges, compareLines, type LineChanges } from './compare-lines.ts'
import type { ConsolidationState, SettingsState } from './consolidation-state.ts'

type Needs = Pick<Ports, 'config' | 'objects' | 'log'>

/** What became of the lines of a shard, and how they differ from those of the job. */
export interface AgainResult extends ShardResult {
  readonly boxes: number
  readonly changes: LineChanges
}

/**
 * Makes the labels of a closed shard again, with other settings, and writes them as a part of an output manifest. The
 * labels of the job are made of the same opinions, to compare both. Depends on the answers alone, so that it can be done
 * again at any time.
 * @param skills what each worker's opinion counts in the job
 * @throws CorruptStateError when the shard or its lines of the input manifest cannot be read
 * @throws Error when the shard is not closed
 */
export async function consolidateShard(
  work: Work,
  consolidation: Pick<ConsolidationState, 'name' | 'id' | 'settings'>,
  number: number,
  skills: Skills,
  ports: Needs,
): Promise<AgainResult> {
  const { value: shard } = await readClosedShard(work, number, ports)
  const { settings } = consolidation
  const rules: ResultRules = { work, skills, settings: DEFAULT_SETTINGS, because: shard.closed.because }
  const rulesAgain = toRules(rules, settings)
  const results: ResultLine[] = []
  const changes: LineChanges[] = []
  for await (const line of readShardLines(work, shard, ports)) {
    const again = toResultLine(leaveOut(line, settings.withoutWorkers), rulesAgain)
    changes.push(compareLines(toResultLine(line, rules), again))
    results.push(again)
  }
  const key = againLabelsKey(work, consolidation, number)
  const written = await writePart(key, shard, results, ports)
  return {
    ...written,
    boxes: sum(results.map(({ label }) => label?.boxes.length ?? 0)),
    changes: addChanges(changes),
  }
}

/** Returns how lines are decided with other settings. Of workers without a skill, all opinions count the same. Pure. */
const toRules = (rules: ResultRules, { minOverlap, quorum, skills }: SettingsState): ResultRules => ({
  ...rules,
  skills: skills === 'equal' ? new Map() : rules.skills,
  settings: {
    minOverlap: minOverlap ?? DEFAULT_SETTINGS.minOverlap,
    quorum: quorum ?? DEFAULT_SETTINGS.quorum,
  },
})

/** Leaves out the opinions of some workers. What a reviewer has decided stays, whoever that is. Pure. */
function leaveOut(line: LineToWrite, workers: readonly string[]): LineToWrite {
  const { opinions } = line.lineOpinions
  const kept = opinions.filter(({ worker }) => !workers.includes(worker))
  return { ...line, lineOpinions: { ...line.lineOpinions, opinions: kept }, leftOut: opinions.length - kept.length }
}
