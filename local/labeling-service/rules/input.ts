import { s3Location } from '../files/s3-location.ts'
import type { CreateRequest } from '../model/create-request.ts'
import { invalid } from '../protocol/errors.ts'

/** Where things come from, and whose they are. @throws ServiceError `ValidationException` */
export function checkInput(request: CreateRequest, { account }: { readonly account: string }): void {
  const { InputConfig, OutputConfig, RoleArn, LabelCategoryConfigS3Uri, LabelingJobAlgorithmsConfig } = request
  const { S3DataSource, SnsDataSource } = InputConfig.DataSource
  const { UiTemplateS3Uri, HumanTaskUiArn } = request.HumanTaskConfig.UiConfig
  if (SnsDataSource) throw invalid('InputConfig.DataSource.SnsDataSource', 'this local server runs no streaming jobs')
  if (LabelingJobAlgorithmsConfig)
    throw invalid('LabelingJobAlgorithmsConfig', 'this local server does no automated labeling')
  if (HumanTaskUiArn !== undefined)
    throw invalid('HumanTaskConfig.UiConfig.HumanTaskUiArn', 'boxes have their page by UiTemplateS3Uri')
  if (!S3DataSource) throw invalid('InputConfig.DataSource.S3DataSource', 'there is no source of objects')
  checkObject('InputConfig.DataSource.S3DataSource.ManifestS3Uri', S3DataSource.ManifestS3Uri)
  checkObject('LabelCategoryConfigS3Uri', LabelCategoryConfigS3Uri)
  checkObject('HumanTaskConfig.UiConfig.UiTemplateS3Uri', UiTemplateS3Uri)
  if (!s3Location(OutputConfig.S3OutputPath))
    throw invalid('OutputConfig.S3OutputPath', `"${OutputConfig.S3OutputPath}" is no s3://bucket/folder`)
  if (RoleArn.split(':')[4] !== account)
    throw invalid('RoleArn', `the role is of another account than ${account}, which has this job`)
}

function checkObject(member: string, uri: string | undefined): void {
  if (uri === undefined) throw invalid(member, 'jobs of boxes need it')
  if (!s3Location(uri)?.key) throw invalid(member, `"${uri}" is no s3://bucket/key`)
}
