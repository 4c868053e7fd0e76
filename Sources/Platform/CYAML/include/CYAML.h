// libyaml's event parser, made callable: an event's payload is a C union whose members the importer
// gives no good names, so each one that is read has an accessor here. No logic, no state.
#ifndef CYAML_H
#define CYAML_H

#include <stddef.h>
#include <yaml.h>

// Of a YAML_SCALAR_EVENT.
static inline const unsigned char *cyaml_scalar_value(const yaml_event_t *event) {
    return event->data.scalar.value;
}
static inline size_t cyaml_scalar_length(const yaml_event_t *event) {
    return event->data.scalar.length;
}
static inline int cyaml_scalar_is_plain(const yaml_event_t *event) {
    return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}
static inline int cyaml_scalar_has_anchor(const yaml_event_t *event) {
    return event->data.scalar.anchor != NULL;
}
static inline int cyaml_scalar_has_tag(const yaml_event_t *event) {
    return event->data.scalar.tag != NULL;
}

// Of a YAML_SEQUENCE_START_EVENT.
static inline int cyaml_sequence_has_anchor(const yaml_event_t *event) {
    return event->data.sequence_start.anchor != NULL;
}
static inline int cyaml_sequence_has_tag(const yaml_event_t *event) {
    return event->data.sequence_start.tag != NULL;
}

// Of a YAML_MAPPING_START_EVENT.
static inline int cyaml_mapping_has_anchor(const yaml_event_t *event) {
    return event->data.mapping_start.anchor != NULL;
}
static inline int cyaml_mapping_has_tag(const yaml_event_t *event) {
    return event->data.mapping_start.tag != NULL;
}

#endif
