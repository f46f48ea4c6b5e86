#!/bin/bash
# Makes server.properties from KAFKA_… variables, as the official image does, formats the storage and becomes the broker.
set -euo pipefail
file=/tmp/server.properties
env | sed -n 's/^KAFKA_\([A-Z0-9_]*\)=/\1=/p' | grep -v '^HEAP_OPTS=' | while IFS='=' read -r name value; do
  name=${name,,}
  echo "${name//_/.}=$value"
done > "$file"
start=(java ${KAFKA_HEAP_OPTS:--Xmx512m} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
  -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties -cp '/opt/kafka/libs/*')
"${start[@]}" kafka.tools.StorageTool format --ignore-formatted \
  --cluster-id "${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}" --config "$file"
exec "${start[@]}" kafka.Kafka "$file"
