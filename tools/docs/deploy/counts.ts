import { LABELING_REGIONS } from '../../../shared/contracts/built-in-functions.ts'
import { estimateCopy } from '../../../shared/copying/estimate.ts'
import { listAlarms } from '../alarms.ts'
import { code, formatCount, joinWords } from '../markdown.ts'
import { parseQueues } from '../queues.ts'
import { PRICES } from './prices.ts'

/** Writes what a dry run says about copying a thousand images. Pure. */
export function writeCopyCounts(): string {
  const { images, chunks, messages, s3Requests } = estimateCopy(1000)
  return `**Copying ${formatCount(images)} images.** \`POST …/copy?validateOnly=true\` reports ${chunks} chunks, ${messages} messages and ${formatCount(s3Requests)} S3 requests:`
}

/** Writes the regions in which bounding box jobs run. Pure. */
export const writeRegions = (): string =>
  `Bounding box jobs run in ${joinWords(LABELING_REGIONS.map(code), 'and')}. In any other region, a request for a job is refused with a message that says so; everything else works.`

/** Writes how many queues and alarms a stack has. Pure. */
export function writeResourceCounts(queuesYaml: string, alarmsYaml: string): string {
  const names = [...parseQueues(queuesYaml).values()].map(({ name }) => code(name))
  return [
    `- The queues ${joinWords(names, 'and')}, all encrypted.`,
    `- A log group for endpoints, one for workers and rules, and one for the API, ${listAlarms(alarmsYaml).length} alarms, the SNS topic that they notify, and a dashboard.`,
  ].join('\n')
}

/** Writes what an idle stack costs in a month for its alarms and its dashboard. Pure. */
export function writeIdleCosts(alarmsYaml: string): string {
  const { length } = listAlarms(alarmsYaml)
  const dollars = (length * PRICES.alarmMonth).toFixed(2)
  return `The ${length} alarms cost ${dollars}, the dashboard ${PRICES.dashboardMonth.toFixed(2)} unless the account has fewer than three.`
}
