import type { EventBridgeEvent } from 'aws-lambda'
import type { Rule } from '../shared/platform/event-bus/rule.ts'
import { invoke, type LambdaFunction } from './gateway/invoke.ts'
import type { OnLog } from './running.ts'

type BusEvent = EventBridgeEvent<string, unknown>

/** A rule with its Lambda function. */
export interface RuleFunction extends LambdaFunction<BusEvent> {
  readonly rule: Pick<Rule, 'source' | 'detailType' | 'timeoutSeconds'>
}

/**
 * Calls the functions of all rules that an event fits, as EventBridge does.
 * @throws Error when one of them fails, so that whoever has the event brings it again
 */
export async function publish(event: BusEvent, rules: readonly RuleFunction[], onLog: OnLog = () => {}): Promise<void> {
  for (const called of rules) {
    const { source, detailType, timeoutSeconds } = called.rule
    if (event.source !== source || event['detail-type'] !== detailType) continue
    const outcome = await invoke(called, event, timeoutSeconds * 1000)
    if (outcome.kind === 'answered') continue
    onLog(`${called.name}: ${outcome.kind}`, outcome.kind === 'failed' ? outcome.error : undefined)
    throw new Error(`${called.name} did not take the event: ${outcome.kind}`)
  }
}
