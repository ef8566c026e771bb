/**
 * Makes a stage of the API depend on the routes that it has settings for: API Gateway refuses settings for a route that
 * does not exist yet, and CloudFormation sees no dependency in a route key. Gets the resources of a template by their
 * logical ids and returns them changed; changes nothing in place.
 * @throws Error when the template has no such route
 */
exports.dependOnRoutes = (resources) => {
  const ofType = (type) => Object.entries(resources).filter(([, { Type }]) => Type === type)
  const routes = new Map(ofType('AWS::ApiGatewayV2::Route').map(([id, { Properties }]) => [Properties.RouteKey, id]))
  const findRoute = (key) => {
    const id = routes.get(key)
    if (id === undefined) throw new Error(`the stage has settings for "${key}", which is no route of the API`)
    return id
  }
  const stages = ofType('AWS::ApiGatewayV2::Stage').map(([id, stage]) => {
    const { RouteSettings = {} } = stage.Properties
    return [id, { ...stage, DependsOn: [stage.DependsOn ?? [], Object.keys(RouteSettings).map(findRoute)].flat() }]
  })
  return { ...resources, ...Object.fromEntries(stages) }
}
