import type { EventBridgeEvent } from 'aws-lambda'
import type { Rule } from '../shared/platform/event-bus/rule.ts'
import { invoke, type LambdaFunction } from './gateway/invoke.ts'
import type { OnLog } from './running.ts'

type BusEvent = EventBridgeEvent<string, unknown>

/** An EventBridge rule and its target function. */
export interface RuleFunction extends LambdaFunction<BusEvent> {
  readonly rule: Pick<Rule, 'source' | 'detailType' | 'timeoutSeconds'>
}

/**
 * Invokes the target of every rule that matches the event, as EventBridge does.
 * @throws Error when a target fails, so that the publisher sends the event again
 */
export async function publish(event: BusEvent, rules: readonly RuleFunction[], onLog: OnLog = () => {}): Promise<void> {
  for (const target of rules) {
    const { source, detailType, timeoutSeconds } = target.rule
    if (event.source !== source || event['detail-type'] !== detailType) continue
    const outcome = await invoke(target, event, timeoutSeconds * 1000)
    if (outcome.kind === 'answered') continue
    onLog(`${target.name}: ${outcome.kind}`, outcome.kind === 'failed' ? outcome.error : undefined)
    throw new Error(`${target.name} failed to process the event: ${outcome.kind}`)
  }
}
