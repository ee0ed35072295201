# syntax=docker/dockerfile:1
FROM eclipse-temurin:17-jdk AS build
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/root/.m2 ./mvnw -B -ntp -Pquick -DskipTests -pl cli -am package

FROM eclipse-temurin:17-jre
RUN useradd --system --home-dir /var/lib/infill --create-home infill
COPY --from=build /build/cli/target/infill /opt/infill
RUN ln -s /opt/infill/infill /usr/local/bin/infill
USER infill
WORKDIR /var/lib/infill
ENTRYPOINT ["infill"]
CMD ["--help"]
