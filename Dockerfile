# infergate for whoever has no Node. It runs the source tree as it stands, on Node 24:
#   docker build -t infergate .
#   docker run --rm --network host --user "$(id -u):$(id -g)" -v "$PWD:/work" infergate gate --url http://127.0.0.1:8000
# docs/ci/container.md says more. Another image with Node 24 and npm: --build-arg NODE_IMAGE=…
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /opt/infergate
COPY package.json package-lock.json ./
COPY build/node/package.json build/node/
# No Node from npm: the image has one.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund --cache /tmp/npm

FROM ${NODE_IMAGE}
COPY --from=packages /opt/infergate/node_modules /opt/infergate/node_modules
COPY package.json /opt/infergate/
COPY bin /opt/infergate/bin
COPY src /opt/infergate/src
COPY suites /opt/infergate/suites
COPY fixtures /opt/infergate/fixtures
# Any user may run it; one that is not in /etc/passwd has no home.
ENV HOME=/tmp NODE_ENV=production
# Root's, so that a run without a mounted folder is refused instead of lost with its container.
WORKDIR /work
USER 1000:1000
HEALTHCHECK NONE
ENTRYPOINT ["node", "/opt/infergate/bin/infergate.mjs"]
CMD ["--help"]
