import { Metrics as MetricLine } from '@aws-lambda-powertools/metrics'
import { METRIC_UNITS, type MetricName } from '../observability/metrics.ts'
import type { Metrics } from '../ports.ts'

/**
 * Returns the port that writes metrics as log lines in CloudWatch's embedded metric format, one line for each record.
 * Without a namespace it writes nothing. The request id is metadata, not a dimension, so it costs nothing.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const emfMetrics = (namespace: string | undefined, requestId: string): Metrics => ({
  record: (values, dimensions = {}) => {
    if (namespace === undefined) return
    const line = new MetricLine({ namespace, serviceName: 'groundwork' })
    for (const [name, value] of Object.entries(values))
      if (value !== 0 && isMetric(name)) line.addMetric(name, METRIC_UNITS[name], value)
    if (!line.hasStoredMetrics()) return
    for (const [name, value] of Object.entries(dimensions)) line.addDimension(name, value)
    line.addMetadata('requestId', requestId).publishStoredMetrics()
  },
})

const isMetric = (name: string): name is MetricName => name in METRIC_UNITS
