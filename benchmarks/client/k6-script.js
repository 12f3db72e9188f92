import http from 'k6/http'

export default function ask() {
  http.post(__ENV.TARGET, __ENV.BODY, { headers: { 'content-type': 'application/json' } })
}
