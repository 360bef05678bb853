"""Facts of CDISC's schema ARS 1.0: of each class the required keys, and those that it allows."""

CLASSES: dict[str, tuple[set[str], set[str]]] = {
    "ReportingEvent": (
        {"id", "name", "mainListOfContents"},
        {"analyses", "analysisGroupings", "analysisOutputCategorizations", "analysisSets",
         "dataSubsets", "description", "globalDisplaySections", "label", "methods",
         "otherListsOfContents", "outputs", "referenceDocuments", "terminologyExtensions",
         "version"},
    ),
    "Analysis": (
        {"id", "name", "reason", "purpose", "methodId"},
        {"analysisSetId", "categoryIds", "dataSubsetId", "dataset", "description", "documentRefs",
         "label", "orderedGroupings", "programmingCode", "referencedAnalysisOperations", "results",
         "variable", "version"},
    ),
    "OperationResult": ({"operationId"}, {"formattedValue", "rawValue", "resultGroups"}),
    "AnalysisMethod": (
        {"id", "name", "operations"}, {"codeTemplate", "description", "documentRefs", "label"},
    ),
    "Operation": (
        {"id", "name", "order"},
        {"description", "label", "referencedOperationRelationships", "resultPattern"},
    ),
    "ListOfContents": ({"name", "contentsList"}, {"description", "label"}),
    "OrderedListItem": (
        {"name", "level", "order"}, {"analysisId", "description", "label", "outputId", "sublist"},
    ),
    "AnalysisSet": (
        {"id", "name", "level", "order"},
        {"compoundExpression", "condition", "description", "label"},
    ),
    "GroupingFactor": (
        {"id", "name", "dataDriven"},
        {"description", "groupingDataset", "groupingVariable", "groups", "label"},
    ),
    "Group": (
        {"id", "name", "level", "order"},
        {"compoundExpression", "condition", "description", "label"},
    ),
    "OrderedGroupingFactor": ({"order", "groupingId", "resultsByGroup"}, set()),
    "ResultGroup": ({"groupingId"}, {"groupId", "groupValue"}),
    "Output": (
        {"id", "name", "displays"},
        {"categoryIds", "description", "documentRefs", "fileSpecifications", "label",
         "programmingCode", "version"},
    ),
    "OutputDisplay": (
        {"id", "name"}, {"description", "displaySections", "displayTitle", "label", "version"},
    ),
}  # fmt: skip
PURPOSES = {"PRIMARY OUTCOME MEASURE", "SECONDARY OUTCOME MEASURE", "EXPLORATORY OUTCOME MEASURE"}
