import { type GeneratingRoute, routesOf, type Service } from '#infergate'

/** Whole or streamed, on each route that is there. */
export function formsOf(
  service: Service,
): readonly { readonly route: GeneratingRoute; readonly stream: boolean }[] {
  const forms = service.profile.capabilities.includes('stream') ? [false, true] : [false]
  return routesOf(service).flatMap((route) => forms.map((stream) => ({ route, stream })))
}
