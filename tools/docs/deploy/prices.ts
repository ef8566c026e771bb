import { ENDPOINT_MEGABYTES, WHOLE_CPU_MEGABYTES } from '../../../shared/platform/function-size.ts'
import { formatCount, table } from '../markdown.ts'

/** List prices of us-east-1 in US dollars, as they were when the guide was written. */
export const PRICES = {
  putRequest: 0.005 / 1000,
  getRequest: 0.0004 / 1000,
  storageGbMonth: 0.023,
  sqsRequest: 0.4 / 1e6,
  gbSecond: 0.000_013_333_4,
  invocation: 0.2 / 1e6,
  apiCall: 1 / 1e6,
  logGb: 0.5,
  alarmMonth: 0.1,
  metricMonth: 0.3,
  dashboardMonth: 3,
} as const

/** Writes the prices that every estimate in the guide is based on. Pure. */
export const writePriceTable = (): string =>
  table(
    ['Service', 'US dollars'],
    [
      ['S3 PUT, COPY, LIST', `${perThousand(PRICES.putRequest)} per 1,000`],
      ['S3 GET, HEAD', `${perThousand(PRICES.getRequest)} per 1,000`],
      ['S3 storage', `${PRICES.storageGbMonth} per GB and month`],
      ['SQS', `${perMillion(PRICES.sqsRequest)} per million requests`],
      ['Lambda on arm64', `${PRICES.gbSecond} per GB-second, ${perMillion(PRICES.invocation)} per million calls`],
      ['HTTP API', `${perMillion(PRICES.apiCall)} per million calls`],
      ['CloudWatch logs', `${PRICES.logGb.toFixed(2)} per GB`],
      [
        'CloudWatch alarms, metrics and dashboards',
        `${PRICES.alarmMonth.toFixed(2)} per alarm, ${PRICES.metricMonth.toFixed(2)} per metric, ${PRICES.dashboardMonth.toFixed(2)} per dashboard and month`,
      ],
    ],
  )

const perThousand = (price: number): string => String(Number((price * 1000).toPrecision(6)))
const perMillion = (price: number): string => (price * 1e6).toFixed(2)

/** Returns the price of a second of a function with this much memory. Pure. */
export const priceSecond = (megabytes: number): number => (megabytes / 1024) * PRICES.gbSecond

/** Writes what a second of each kind of function costs. Pure. */
export function writeFunctionPrices(): string {
  const price = (megabytes: number): string => priceSecond(megabytes).toFixed(6)
  return `A worker with ${formatCount(WHOLE_CPU_MEGABYTES)} MB costs ${price(WHOLE_CPU_MEGABYTES)} a second, an endpoint with ${formatCount(ENDPOINT_MEGABYTES)} MB ${price(ENDPOINT_MEGABYTES)}.`
}
