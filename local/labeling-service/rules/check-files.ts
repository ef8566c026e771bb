import { FileError, type Files } from '../files/s3-files.ts'
import { s3Location } from '../files/s3-location.ts'
import type { CreateRequest } from '../model/create-request.ts'
import { invalid } from '../protocol/errors.ts'
import { checkPage } from '../work/page.ts'
import { PageFault } from '../work/page-error.ts'
import { parseTemplate } from '../work/template.ts'
import type { Task } from './functions.ts'
import { readLabels } from './label-file.ts'
import { checkManifest } from './manifest.ts'

const MOST_LABEL_FILE_BYTES = 1 << 20
const MOST_TEMPLATE_CHARACTERS = 128_000

/** What lies in S3, read as the job would read it. @throws ServiceError `ValidationException` */
export async function checkFiles(request: CreateRequest, task: Task, files: Files): Promise<void> {
  const { InputConfig, LabelCategoryConfigS3Uri = '', OutputConfig, LabelAttributeName } = request
  const uri = InputConfig.DataSource.S3DataSource?.ManifestS3Uri ?? ''
  const labels = await about('LabelCategoryConfigS3Uri', () => labelsAt(LabelCategoryConfigS3Uri, files))
  const sample = await about('InputConfig.DataSource.S3DataSource.ManifestS3Uri', async () =>
    checkManifest(await files.stream(uri), LabelAttributeName, task),
  )
  await about('HumanTaskConfig.UiConfig.UiTemplateS3Uri', async () => {
    const template = parseTemplate(await templateAt(request, files), files)
    if (sample) checkPage(template.render({ line: sample, labels }), { task, labels, line: sample })
  })
  const bucket = s3Location(OutputConfig.S3OutputPath)?.bucket ?? ''
  await about('OutputConfig.S3OutputPath', () => files.assertBucket(bucket))
}

/** The labels of the file at this address. @throws FileError */
export const labelsAt = async (uri: string, files: Files): Promise<readonly string[]> =>
  readLabels(await files.text(uri, MOST_LABEL_FILE_BYTES))

/** The text of the job's template. @throws FileError when it cannot be read or is too long */
export async function templateAt({ HumanTaskConfig }: CreateRequest, files: Files): Promise<string> {
  const uri = HumanTaskConfig.UiConfig.UiTemplateS3Uri ?? ''
  const text = await files.text(uri, MOST_TEMPLATE_CHARACTERS * 4)
  if (text.length > MOST_TEMPLATE_CHARACTERS)
    throw new FileError(`${uri} has ${text.length} characters; ${MOST_TEMPLATE_CHARACTERS} are allowed`)
  return text
}

/** Says of which member a fault is. */
async function about<Answer>(member: string, check: () => Promise<Answer>): Promise<Answer> {
  try {
    return await check()
  } catch (error) {
    if (error instanceof FileError || error instanceof PageFault) throw invalid(member, error.message)
    throw error
  }
}
