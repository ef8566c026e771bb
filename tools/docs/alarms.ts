import { code, table, toAnchor } from './markdown.ts'

interface Alarm {
  readonly id: string
  readonly description: string
}

/** Writes a table of the alarms, each linked to its section. Pure. */
export const writeAlarmTable = (alarmsYaml: string): string =>
  table(
    ['Alarm', 'Meaning'],
    listAlarms(alarmsYaml).map(({ id, description }) => [`[${code(id)}](#${toAnchor(id)})`, description]),
  )

/** Lists the alarms of `deploy/alarms.yml`, without the link that ends each description. Pure. */
export const listAlarms = (yaml: string): Alarm[] =>
  Array.from(
    yaml.matchAll(/^ {2}(\w+):\n {4}Type: AWS::CloudWatch::Alarm\n(?: {4,}.*\n)*? {6}AlarmDescription: (.+)$/gm),
    ([, id = '', text = '']) => ({ id, description: text.replace(/ See docs\/\S+\.$/, '') }),
  )
